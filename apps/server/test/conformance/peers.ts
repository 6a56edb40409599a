import { expect } from '@jest/globals';
import { clientFrame, type Frame, OPCODE, RawSocket, readFrames, TestClient } from '@ws-hub/testing';
import type { TestHub } from '../start-hub.js';

/** A raw client under test and a well-behaved one that listens to what gets through. */
export interface Pair {
  readonly raw: RawSocket;
  readonly witness: TestClient;
}

let channels = 0;

/** Both on a channel of their own, so that one case never hears another. */
export async function pairOn(hub: TestHub): Promise<Pair> {
  const channel = `case-${++channels}`;
  const witness = await TestClient.connect(`${hub.url}?channel=${channel}`);
  return { raw: await RawSocket.upgrade(hub.port, `/ws?channel=${channel}`), witness };
}

/** Everything the hub writes until it ends the connection, as frames. */
export async function framesToEnd(raw: RawSocket): Promise<Frame[]> {
  return readFrames(await raw.readToEnd());
}

/** The code in the hub's close frame; 1005 for an empty one. Fails if other frames or none came. */
export async function closeCode(raw: RawSocket): Promise<number> {
  const frames = await framesToEnd(raw);
  expect(frames.map(({ opcode }) => opcode)).toEqual([OPCODE.close]);
  const [{ payload }] = frames as [Frame];
  return payload.length === 0 ? 1005 : payload.readUInt16BE(0);
}

/** That the hub goes on serving: one who comes now is heard by one who comes now, and by the witness. */
export async function expectServed(
  hub: TestHub,
  { raw, witness }: Pair,
  heard: readonly string[] = [],
): Promise<void> {
  for (const content of heard) expect((await witness.next()).content).toBe(content);
  raw.destroy();
  const [alice, bob] = await Promise.all([TestClient.connect(hub.url), TestClient.connect(hub.url)]);
  alice.send('still served');
  expect((await bob.next()).content).toBe('still served');
  await Promise.all([alice.close(), bob.close()]);
  witness.send('witness');
  expect(await witness.close()).toMatchObject({ code: 1000 });
  expect(witness.unread()).toEqual([]);
}

/** A text that ends a case: when the witness has it, everything before it has been handled. */
export const END = clientFrame(OPCODE.text, 'end');
