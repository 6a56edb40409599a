import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { VerifyConfig } from './config/verify.config.js';
import type { FaultInjector } from './fault-injector.js';
import type { Participant } from './participant.js';

const TICK_MS = 5;

/**
 * Publishes all messages at the rate, from the clients in turn, and restarts the hub meanwhile if requested. The
 * first client only listens: what it receives is the order of all messages, from which its own would be missing.
 */
export async function talk(
  { messages, rate, restartCommand, restarts }: VerifyConfig,
  participants: readonly Participant[],
  faults: FaultInjector,
  interruption: AbortSignal,
): Promise<void> {
  const everyMessages = restartCommand === '' ? Number.POSITIVE_INFINITY : messages / (restarts + 1);
  const talkers = participants.slice(1);
  const running: Promise<void>[] = [];
  const startMs = performance.now();
  for (let said = 0; said < messages && !interruption.aborted; ) {
    const due = Math.min(messages, Math.floor(((performance.now() - startMs) / 1_000) * rate) + 1);
    for (; said < due; said++) talkers[said % talkers.length]?.talk();
    if (running.length < restarts && said >= everyMessages * (running.length + 1)) {
      // One after the other, however long one takes.
      running.push((running.at(-1) ?? Promise.resolve()).then(() => faults.restart()));
    }
    await wait(TICK_MS);
  }
  // An operator who interrupts does not wait for the restart command.
  if (!interruption.aborted) await Promise.race([Promise.all(running), once(interruption, 'abort')]);
}
