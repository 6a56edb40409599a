import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HUB_V1, parseEnvelope } from '@ws-hub/protocol';
import {
  clientFrame,
  closePayload,
  type Frame,
  handshake,
  OPCODE,
  RawSocket,
  readFrames,
  TestClient,
} from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const TALKERS = 5;
const LISTENERS = 15;
const MESSAGES = 1_000;
const PING_EVERY = 10;
const LEAVE_EVERY = 130;
// ws cuts a peer off that has 60 pings unanswered in one turn, so a round holds fewer.
const ROUND = 100;

describe('what the hub writes', () => {
  let hub: TestHub;
  beforeAll(async () => {
    // Here each client pings a hundred times as fast as it can.
    hub = await startHub('--max-control-burst', '1000');
  });
  afterAll(() => hub.close());

  const join = (channel: string) => RawSocket.upgrade(hub.port, `/ws?channel=${channel}`);

  test('is whole frames only, with pongs and closes between them, in one order for all', async () => {
    const witness = await TestClient.connect(`${hub.url}?channel=frames`);
    const [talkers, listeners] = await Promise.all([
      Promise.all(Array.from({ length: TALKERS }, () => join('frames'))),
      Promise.all(Array.from({ length: LISTENERS }, () => join('frames'))),
    ]);
    const leavers = listeners.splice(0, LISTENERS / 3);
    const streams = [...talkers, ...listeners, ...leavers].map((socket) => socket.readToEnd());
    for (let n = 0; n < MESSAGES; n++) {
      for (const [at, talker] of talkers.entries()) talker.write(clientFrame(OPCODE.text, `${at}:${n}`));
      if (n % PING_EVERY === 0) {
        for (const socket of [...talkers, ...listeners]) socket.write(clientFrame(OPCODE.ping, `ping ${n}`));
      }
      if (n % LEAVE_EVERY === 0) leavers.pop()?.write(clientFrame(OPCODE.close, closePayload(1000)));
      // One flush writes to all: what the witness has, everybody was sent.
      if (n % ROUND === ROUND - 1) await witness.take(TALKERS * ROUND);
    }
    for (const socket of [...talkers, ...listeners])
      socket.write(clientFrame(OPCODE.close, closePayload(1000)));
    const read = (await Promise.all(streams)).map(readFrames);

    const orders = read.map((frames) => contents(frames));
    const order = orders[TALKERS] as string[];
    expect(order).toHaveLength(TALKERS * MESSAGES);
    for (const [at, heard] of orders.entries()) {
      const expected = at < TALKERS ? order.filter((content) => !content.startsWith(`${at}:`)) : order;
      expect(heard).toEqual(expected.slice(0, heard.length));
      if (at < TALKERS + listeners.length) expect(heard).toHaveLength(expected.length);
    }
    const pings = Array.from(
      { length: Math.ceil(MESSAGES / PING_EVERY) },
      (_, n) => `ping ${n * PING_EVERY}`,
    );
    for (const frames of read.slice(0, TALKERS + listeners.length)) {
      expect(payloads(frames, OPCODE.pong)).toEqual(pings);
    }
    for (const frames of read) expect(frames.at(-1)?.opcode).toBe(OPCODE.close);
  });

  test('ends with a close frame: an ack that waits for the flush then does not come behind it', async () => {
    const strict = await startHub('--close-timeout', '200');
    const socket = await RawSocket.connect(strict.port);
    socket.write(handshake('/ws', { 'Sec-WebSocket-Protocol': HUB_V1 }));
    await socket.readHead();
    const said = [
      { type: 'hello', channels: [] },
      { type: 'publish', key: 'k', content: 'x' },
    ].map((message) => clientFrame(OPCODE.text, JSON.stringify(message)));
    socket.write(Buffer.concat([...said, clientFrame(OPCODE.binary, 'x')]));
    // It does not answer the close frame, so the hub could write on until it cuts the connection off.
    const opcodes = readFrames(await socket.readToEnd()).map(({ opcode }) => opcode);
    expect(opcodes).toEqual([OPCODE.text, OPCODE.close]);
    await strict.close();
  });

  test('reaches one that joins while others speak from that moment on', async () => {
    const slow = await startHub('--flush-interval-ms', '500');
    const alice = await TestClient.connect(slow.url);
    const bob = await TestClient.connect(slow.url);
    alice.send('goes out at once');
    await bob.next();
    alice.send('before');
    alice.socket.ping();
    await once(alice.socket, 'pong');
    const carol = await TestClient.connect(slow.url);
    alice.send('after');
    expect((await carol.next()).content).toBe('after');
    expect((await bob.take(2)).map(({ content }) => content)).toEqual(['before', 'after']);
    await slow.close();
  });

  test('of one turn keeps two channels apart', async () => {
    const [alice, bob, carol, dave] = await Promise.all(
      ['left', 'left', 'right', 'right'].map((name) => TestClient.connect(`${hub.url}?channel=${name}`)),
    );
    for (let n = 0; n < 200; n++) {
      alice?.send(`left ${n}`);
      carol?.send(`right ${n}`);
    }
    const [left = [], right = []] = await Promise.all([bob?.take(200), dave?.take(200)]);
    expect(left.map(({ content }) => content)).toEqual(Array.from({ length: 200 }, (_, n) => `left ${n}`));
    expect(right.map(({ content }) => content)).toEqual(Array.from({ length: 200 }, (_, n) => `right ${n}`));
  });

  test('in a big turn leaves early, whole and in order', async () => {
    const [alice, bob] = await Promise.all([TestClient.connect(hub.url), TestClient.connect(hub.url)]);
    const big = (n: number) => String(n % 10).repeat(60_000);
    for (let n = 0; n < 30; n++) alice.send(big(n));
    const heard = await bob.take(30);
    for (const [n, { content }] of heard.entries()) expect(content === big(n)).toBe(true);
  });
});

function payloads(frames: readonly Frame[], opcode: number): string[] {
  return frames.filter((frame) => frame.opcode === opcode).map(({ payload }) => payload.toString());
}

function contents(frames: readonly Frame[]): string[] {
  expect(frames.filter(({ fin, rsv }) => !fin || rsv !== 0)).toEqual([]);
  return payloads(frames, OPCODE.text).map((text) => parseEnvelope(text).content);
}
