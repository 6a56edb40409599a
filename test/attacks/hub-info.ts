import { setTimeout as wait } from 'node:timers/promises';
import { askOnce, by } from './http-socket.js';

const LOOK_MS = 50;
const PATIENCE_MS = 15_000;

/** How many connections the hub says that it has: its metrics are not to be asked, since delays begin anew with each look. */
export async function connectionsOf(port: number): Promise<number> {
  const answer = await askOnce(port, { path: '/v1/info', headers: by('watch') });
  return (JSON.parse(answer?.text ?? '{}') as { connections?: number }).connections ?? Number.NaN;
}

/** Looks until it fits, but not for ever. @returns the number that the hub has told last */
export async function untilConnections(port: number, fits: (count: number) => boolean): Promise<number> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const count = await connectionsOf(port);
    if (fits(count) || performance.now() > endMs) return count;
    await wait(LOOK_MS);
  }
}
