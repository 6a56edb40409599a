import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientFrame, closePayload, OPCODE } from '@ws-hub/testing';
import { startHub, type TestHub } from '../start-hub.js';
import { closeCode, expectServed, framesToEnd, pairOn } from './peers.js';

const CLOSE = clientFrame(OPCODE.close, closePayload(1000));
const FIN = 0x80;

/** A masked frame head that announces a 64-bit length, without its payload. */
function announce(length: bigint): Buffer {
  const head = Buffer.alloc(14);
  head[0] = FIN | OPCODE.text;
  head[1] = 0xff;
  head.writeBigUInt64BE(length, 2);
  return head;
}

describe('framing', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub('--close-timeout', '200');
  });
  afterAll(() => hub.close());

  test.each([0, 125, 126, 65_535, 65_536])('a text of %d bytes is delivered', async (length) => {
    const pair = await pairOn(hub);
    pair.raw.write(clientFrame(OPCODE.text, 'x'.repeat(length)));
    await expectServed(hub, pair, ['x'.repeat(length)]);
  });

  test('a text of 65537 bytes is refused with 1009', async () => {
    const pair = await pairOn(hub);
    pair.raw.write(clientFrame(OPCODE.text, 'x'.repeat(65_537)));
    expect(await closeCode(pair.raw)).toBe(1009);
    await expectServed(hub, pair);
  });

  test.each([2n ** 53n, 2n ** 63n])('a length of %d is refused before any payload', async (length) => {
    const pair = await pairOn(hub);
    pair.raw.write(announce(length));
    expect([1002, 1009]).toContain(await closeCode(pair.raw));
    await expectServed(hub, pair);
  });

  test('an unmasked frame is refused with 1002', async () => {
    const pair = await pairOn(hub);
    pair.raw.write(Buffer.from([FIN | OPCODE.text, 1, 0x61]));
    expect(await closeCode(pair.raw)).toBe(1002);
    await expectServed(hub, pair);
  });

  test('a frame that comes byte by byte is delivered', async () => {
    const pair = await pairOn(hub);
    for (const byte of clientFrame(OPCODE.text, 'slowly')) pair.raw.write(Buffer.from([byte]));
    await expectServed(hub, pair, ['slowly']);
  });

  test('several frames in one packet are delivered in order', async () => {
    const pair = await pairOn(hub);
    const contents = Array.from({ length: 50 }, (_, n) => `frame ${n}`);
    pair.raw.write(Buffer.concat(contents.map((content) => clientFrame(OPCODE.text, content))));
    await expectServed(hub, pair, contents);
  });

  test('a binary message is refused with 1003', async () => {
    const pair = await pairOn(hub);
    pair.raw.write(clientFrame(OPCODE.binary, 'bytes'));
    expect(await closeCode(pair.raw)).toBe(1003);
    await expectServed(hub, pair);
  });

  describe('ping and pong', () => {
    test.each([
      ['empty', Buffer.alloc(0)],
      ['of 125 bytes', Buffer.alloc(125, 'p')],
      ['binary', Buffer.from([0, 255, 128, 1])],
    ])('a ping that is %s comes back as a pong with the same payload', async (_what, payload) => {
      const pair = await pairOn(hub);
      pair.raw.write(Buffer.concat([clientFrame(OPCODE.ping, payload), CLOSE]));
      const [pong] = await framesToEnd(pair.raw);
      expect(pong).toMatchObject({ opcode: OPCODE.pong, payload });
      await expectServed(hub, pair);
    });

    test.each([
      ['of 126 bytes', clientFrame(OPCODE.ping, Buffer.alloc(126))],
      ['fragmented', clientFrame(OPCODE.ping, 'x', OPCODE.ping)],
    ])('a ping that is %s is refused with 1002', async (_what, frame) => {
      const pair = await pairOn(hub);
      pair.raw.write(frame);
      expect(await closeCode(pair.raw)).toBe(1002);
      await expectServed(hub, pair);
    });

    test('ten pings come back as ten pongs in order', async () => {
      const pair = await pairOn(hub);
      const names = Array.from({ length: 10 }, (_, n) => `ping ${n}`);
      pair.raw.write(Buffer.concat([...names.map((name) => clientFrame(OPCODE.ping, name)), CLOSE]));
      const frames = await framesToEnd(pair.raw);
      expect(frames.slice(0, -1).map(({ payload }) => payload.toString())).toEqual(names);
      await expectServed(hub, pair);
    });

    test('a pong that nobody asked for is ignored', async () => {
      const pair = await pairOn(hub);
      pair.raw.write(Buffer.concat([clientFrame(OPCODE.pong, 'x'), clientFrame(OPCODE.text, 'on')]));
      await expectServed(hub, pair, ['on']);
    });

    test('a ping inside a fragmented message is answered at once', async () => {
      const pair = await pairOn(hub);
      pair.raw.write(
        Buffer.concat([clientFrame(OPCODE.text, 'first ', OPCODE.text), clientFrame(OPCODE.ping, 'now')]),
      );
      expect((await pair.raw.read(5)).subarray(2).toString()).toBe('now');
      pair.raw.write(clientFrame(OPCODE.continuation, 'second', FIN));
      await expectServed(hub, pair, ['first second']);
    });
  });

  describe('reserved bits and opcodes', () => {
    const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];
    test.each(opcodes)('opcode %d is refused with 1002', async (opcode) => {
      const pair = await pairOn(hub);
      pair.raw.write(clientFrame(opcode));
      expect(await closeCode(pair.raw)).toBe(1002);
      await expectServed(hub, pair);
    });

    const bits = [1, 2, 4, 7].flatMap((rsv) =>
      (['text', 'ping', 'close'] as const).map((name) => [rsv, name] as const),
    );
    test.each(bits)('RSV %d on %s is refused with 1002', async (rsv, name) => {
      const pair = await pairOn(hub);
      const payload = name === 'close' ? closePayload(1000) : 'x';
      pair.raw.write(clientFrame(OPCODE[name], payload, FIN | (rsv << 4) | OPCODE[name]));
      expect(await closeCode(pair.raw)).toBe(1002);
      await expectServed(hub, pair);
    });
  });
});
