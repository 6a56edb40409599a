import { setTimeout as wait } from 'node:timers/promises';
import { askOnce, by } from './http-socket.js';

const LOOK_MS = 50;
const PATIENCE_MS = 15_000;

/** The hub's number of connections. Not from its metrics, since each scrape resets the delays. */
export async function connectionsOf(port: number): Promise<number> {
  const answer = await askOnce(port, { path: '/v1/info', headers: by('watch') });
  return (JSON.parse(answer?.text ?? '{}') as { connections?: number }).connections ?? Number.NaN;
}

/** Polls until the condition holds, up to a limit. @returns the last number */
export async function untilConnections(port: number, fits: (count: number) => boolean): Promise<number> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const count = await connectionsOf(port);
    if (fits(count) || performance.now() > endMs) return count;
    await wait(LOOK_MS);
  }
}
