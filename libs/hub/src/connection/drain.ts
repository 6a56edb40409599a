import { CLOSE, reconnectAdvice } from '@ws-hub/protocol';
import type { Connection } from './connection.js';

/** How many clients per second the next hub can accept without trouble. */
const CLIENTS_PER_SECOND = 1_000;
const STEP_MS = 10;
const LEAST_ADVICE_MS = 1_000;
const SECOND_MS = 1_000;

/** What draining needs of the hub. */
export interface Draining {
  readonly connections: ReadonlySet<Connection>;
  /** Writes everything that waits: a connection gets its last messages before its close frame. */
  flush(): void;
}

/** Over how long `connections` are closed, in milliseconds. */
export function drainSpreadMs(connections: number, timeoutMs: number): number {
  return Math.min(timeoutMs, (connections / CLIENTS_PER_SECOND) * SECOND_MS);
}

/**
 * Closes all connections with 1012, a few at a time, and advises clients to spread their return over the same time.
 *
 * Messages accepted in the meantime go to every recipient whose close frame is not written yet. After `timeoutMs` the
 * remaining connections are terminated.
 *
 * @returns when the last connection has ended, or at the timeout
 */
export async function drain(
  { connections, flush }: Draining,
  timeoutMs: number,
  emptied: Promise<void>,
): Promise<void> {
  const spreadMs = drainSpreadMs(connections.size, timeoutMs);
  const reason = reconnectAdvice(Math.max(LEAST_ADVICE_MS, spreadMs));
  const perStep = Math.max(1, Math.ceil(connections.size / Math.max(1, spreadMs / STEP_MS)));
  const staying = [...connections];
  const sendAway = () => {
    flush();
    for (const connection of staying.splice(0, perStep)) connection.close(CLOSE.serviceRestart, reason);
    if (staying.length === 0) clearInterval(steps);
  };
  const steps = setInterval(sendAway, STEP_MS);
  const deadline = setTimeout(() => {
    for (const connection of connections) connection.terminate();
  }, timeoutMs);
  sendAway();
  await emptied;
  clearInterval(steps);
  clearTimeout(deadline);
}
