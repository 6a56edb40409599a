import { randomBytes } from 'node:crypto';
import { apiKeyFrom, checkApiKeyFile, checkTokenFile, StartError, tokenFrom } from '@ws-hub/config';
import { EXIT } from './config/exit-codes.js';
import type { VerifyConfig } from './config/verify.config.js';
import { FaultInjector } from './fault-injector.js';
import { judge } from './judge.js';
import { Ledger } from './ledger.js';
import { Participant } from './participant.js';
import { Progress } from './progress.js';
import { exitCode, type Result, resultOf, show } from './result.js';
import { awaitStragglers } from './stragglers.js';
import { talk } from './talk.js';
import { until } from './waiting.js';
import { waysOf } from './ways/ways.js';

/**
 * Publishes through a hub and finds out whether it keeps its promise.
 *
 * @param interruption ends the run early; the result so far is shown, and its reason is the exit code
 * @returns the exit code: 0 if the hub kept its promise, 1 if it did not, 2 if that cannot be told
 * @throws StartError if the clients cannot connect, or the token or API key file contains none
 */
export async function verify(config: VerifyConfig, interruption: AbortSignal): Promise<number> {
  await checkTokenFile(config.tokenFile);
  await checkApiKeyFile(config.apiKeyFile);
  const credentials = { token: tokenFrom(config.tokenFile), apiKey: apiKeyFrom(config.apiKeyFile) };
  const now = () => performance.now();
  const ledger = new Ledger(now);
  const participants = Array.from({ length: config.clients }, (_, index) => {
    const ways = waysOf(config.via, index, urlOf(config.urls, index), credentials);
    return new Participant(index, ways, ledger, now);
  });
  try {
    await connect(participants, config.timeoutMs, interruption);
    const result = await run(config, ledger, participants, interruption);
    show(result, config.json);
    return interruption.aborted ? interruption.reason : exitCode(result);
  } finally {
    await Promise.all(participants.map((participant) => participant.close()));
  }
}

async function run(
  config: VerifyConfig,
  ledger: Ledger,
  participants: readonly Participant[],
  interruption: AbortSignal,
): Promise<Result> {
  const faults = new FaultInjector(config, participants);
  const isV1 = participants.every(({ isResumable }) => isResumable);
  const progress = new Progress(config, ledger, participants, faults, isV1);
  if (isV1) faults.start();
  await talk(config, participants, faults, interruption);
  faults.stop();
  await awaitStragglers(ledger, participants, config.timeoutMs, interruption);
  progress.end();
  const verdict = judge(ledger.said, participants);
  const isInterrupted = interruption.aborted;
  return resultOf({ config, ledger, participants, faults, isV1, verdict, isInterrupted });
}

/** On a channel of the test's own, unless the URL names one. */
const channel = `verify-${randomBytes(6).toString('hex')}`;

function urlOf(urls: readonly string[], index: number): string {
  const url = new URL(urls[index % urls.length] as string);
  if (!url.searchParams.has('channel')) url.searchParams.set('channel', channel);
  return url.href;
}

async function connect(
  participants: readonly Participant[],
  timeoutMs: number,
  interruption: AbortSignal,
): Promise<void> {
  for (const participant of participants) participant.start();
  await until(
    () => participants.every(({ isConnected, hasStopped }) => isConnected || hasStopped),
    performance.now() + timeoutMs,
    interruption,
  );
  if (interruption.aborted) throw new StartError('interrupted before the test began', interruption.reason);
  const outside = participants.filter(({ isConnected }) => !isConnected);
  if (outside.length === 0) return;
  const [first] = outside;
  const hint = first?.hint === undefined ? '' : `; ${first.hint}`;
  throw new StartError(
    `${outside.length} of ${participants.length} clients could not connect within ${timeoutMs} ms: ` +
      `${first?.whyGone}${hint}`,
    outside.some(({ isWithoutAccess }) => isWithoutAccess) ? EXIT.noPermission : EXIT.unreachable,
  );
}
