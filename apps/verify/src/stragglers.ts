import { sendersOutstanding } from './judge.js';
import type { Ledger } from './ledger.js';
import type { Participant } from './participant.js';
import { until } from './waiting.js';

/** Longer than a client waits before it reconnects. */
const QUIET_MS = 1_000;
/** Every client receives each fence, so this bounds the extra load on a hub that is late already. */
const MAX_FENCES = 50;

/**
 * Waits until every client has received everything, or missing messages are proven lost, but no longer than `timeoutMs`.
 *
 * A quiet hub may still owe something. So the senders of missing messages publish one more, a fence, again
 * and again: a client that receives the fence will not receive anything from before it.
 */
export async function awaitStragglers(
  ledger: Ledger,
  participants: readonly Participant[],
  timeoutMs: number,
  interruption: AbortSignal,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  let fencesMs = 0;
  const isQuiet = () => performance.now() - Math.max(ledger.lastNewsMs, fencesMs) > QUIET_MS;
  while (performance.now() < endMs && !interruption.aborted) {
    await until(isQuiet, endMs, interruption);
    const senders = sendersOutstanding(ledger.said, participants);
    if (senders.size === 0 && participants.every(isSettled)) return;
    sayFences(participants.filter(({ index }) => senders.has(index)));
    fencesMs = performance.now();
  }
}

/** All its messages are answered, and it is connected or was told by the hub not to reconnect. */
function isSettled({ isConnected, hasStopped, isOwedAnswers }: Participant): boolean {
  return (isConnected || hasStopped) && !isOwedAnswers;
}

/** A message without an answer may still be sent again, behind a fence. */
function sayFences(senders: readonly Participant[]): void {
  const able = senders.filter(({ isConnected, isOwedAnswers }) => isConnected && !isOwedAnswers);
  for (const sender of able.slice(0, MAX_FENCES)) sender.sayFence();
}
