import type { AttackSocket } from './attack-socket.js';

/** The result of a promise, or undefined after `ms`: attacks are bounded. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}

/** Resolves with the results of so many concurrent calls. */
export function times<T>(count: number, call: (at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => call(at)));
}

/** Like `times`, a hundred at a time: the listen backlog is not the target. */
export async function crowd<T>(count: number, call: (at: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  while (all.length < count) {
    const from = all.length;
    for (const one of await times(Math.min(100, count - from), (at) => call(from + at))) all.push(one);
  }
  return all;
}

/** What to write next; undefined at the end. */
type BatchOf = (at: number) => Buffer | undefined;

/** Writes as fast as the hub reads, until there is no more, the time is over or the connection ends. */
export async function writeAll(socket: AttackSocket, seconds: number, batchOf: BatchOf): Promise<void> {
  const endMs = performance.now() + seconds * 1_000;
  const leftMs = () => Math.max(0, endMs - performance.now());
  for (let at = 0; socket.isOpen && leftMs() > 0; at++) {
    const batch = batchOf(at);
    if (batch === undefined) break;
    await within(leftMs(), socket.write(batch));
  }
}

/** Like `writeAll`, and waits until the hub has handled it. Needs a socket that reads. */
export async function pour(socket: AttackSocket, seconds: number, batchOf: BatchOf): Promise<void> {
  const startMs = performance.now();
  await writeAll(socket, seconds, batchOf);
  await within(Math.max(0, startMs + seconds * 1_000 - performance.now()), socket.handled());
}
