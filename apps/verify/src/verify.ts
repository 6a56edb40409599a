import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '@ws-hub/config';
import type { VerifyConfig } from './config/verify.config.js';
import { judge } from './judge.js';
import { Ledger } from './ledger.js';
import { Participant } from './participant.js';
import { Progress } from './progress.js';
import { exitCode, type Result, resultOf, show } from './result.js';
import { talk } from './talk.js';
import { Troubles } from './troubles.js';

const LOOK_MS = 50;
/** Longer than a client waits before it comes back. */
const QUIET_MS = 1_000;

/**
 * Talks through a hub and finds out whether it keeps its promise.
 *
 * @returns the exit code: 0 if it did, 1 if it did not, 2 if too little happened to mean anything
 * @throws StartError if the clients cannot connect
 */
export async function verify(config: VerifyConfig): Promise<number> {
  const now = () => performance.now();
  const ledger = new Ledger(now);
  const participants = Array.from(
    { length: config.clients },
    (_, index) => new Participant(index, urlOf(config.urls, index), ledger, now),
  );
  try {
    await connect(participants, config.timeoutMs);
    const result = await run(config, ledger, participants);
    show(result, config.json);
    return exitCode(result);
  } finally {
    await Promise.all(participants.map((participant) => participant.close()));
  }
}

async function run(
  config: VerifyConfig,
  ledger: Ledger,
  participants: readonly Participant[],
): Promise<Result> {
  const troubles = new Troubles(config, participants);
  const isV1 = participants.every(({ dialect }) => dialect === 'hub.v1');
  const progress = new Progress(config, ledger, participants, troubles, isV1);
  if (isV1) troubles.start();
  await talk(config, participants, troubles);
  troubles.stop();
  await untilQuiet(ledger, participants, config.timeoutMs);
  progress.end();
  return resultOf({
    config,
    ledger,
    participants,
    troubles,
    isV1,
    verdict: judge(ledger.said, participants),
  });
}

/** On a channel of the test's own, unless the URL names one. */
const channel = `verify-${randomBytes(6).toString('hex')}`;

function urlOf(urls: readonly string[], index: number): string {
  const url = new URL(urls[index % urls.length] as string);
  if (!url.searchParams.has('channel')) url.searchParams.set('channel', channel);
  return url.href;
}

async function connect(participants: readonly Participant[], timeoutMs: number): Promise<void> {
  for (const participant of participants) participant.start();
  await until(
    () => participants.every(({ isConnected, hasStopped }) => isConnected || hasStopped),
    timeoutMs,
  );
  const outside = participants.filter(({ isConnected }) => !isConnected);
  if (outside.length === 0) return;
  const { code, reason, error } = outside[0]?.lastEnding ?? { code: 1006, reason: 'no answer' };
  throw new StartError(
    `${outside.length} of ${participants.length} clients could not connect within ${timeoutMs} ms: ` +
      `${error?.message ?? `${code} ${reason}`}`,
  );
}

/** Until everything is answered, everybody is back and nothing more comes. */
async function untilQuiet(
  ledger: Ledger,
  participants: readonly Participant[],
  timeoutMs: number,
): Promise<void> {
  await until(
    () =>
      performance.now() - ledger.lastNewsMs > QUIET_MS &&
      ledger.count('pending') === 0 &&
      participants.every(({ isConnected, hasStopped }) => isConnected || hasStopped),
    timeoutMs,
  );
}

async function until(isTrue: () => boolean, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isTrue() && performance.now() < endMs) await wait(LOOK_MS);
}
