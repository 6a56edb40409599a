import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clientFrame, closePayload, OPCODE } from '@ws-hub/testing';
import { startHub, type TestHub } from '../start-hub.js';
import { closeCode, expectServed, framesToEnd, pairOn } from './peers.js';

const FIN = 0x80;
const CLOSE_1000 = clientFrame(OPCODE.close, closePayload(1000));

/** One text message in these parts. */
function fragments(parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map((part, at) => {
      const opcode = at === 0 ? OPCODE.text : OPCODE.continuation;
      return clientFrame(opcode, part, (at === parts.length - 1 ? FIN : 0) | opcode);
    }),
  );
}

describe('messages', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub('--close-timeout', '200');
  });
  afterAll(() => hub.close());

  async function expectCode(bytes: Buffer, code: number): Promise<void> {
    const pair = await pairOn(hub);
    pair.raw.write(bytes);
    expect(await closeCode(pair.raw)).toBe(code);
    await expectServed(hub, pair);
  }

  async function expectHeard(bytes: Buffer, content: string): Promise<void> {
    const pair = await pairOn(hub);
    pair.raw.write(bytes);
    await expectServed(hub, pair, [content]);
  }

  describe('in fragments', () => {
    test('a continuation without a start is refused with 1002', () =>
      expectCode(clientFrame(OPCODE.continuation, 'x'), 1002));

    test('a new text inside a message is refused with 1002', () =>
      expectCode(
        Buffer.concat([clientFrame(OPCODE.text, 'a', OPCODE.text), clientFrame(OPCODE.text, 'b')]),
        1002,
      ));

    test('64 parts are delivered', () => expectHeard(fragments(Array(64).fill('x')), 'x'.repeat(64)));

    test('65 parts are refused with 1008', () => expectCode(fragments(Array(65).fill('x')), 1008));

    test('40000 + 40000 bytes are refused with 1009', () =>
      expectCode(fragments(['x'.repeat(40_000), 'x'.repeat(40_000)]), 1009));

    test('an unfinished message before a close is dropped, and the close is answered', () =>
      expectCode(Buffer.concat([clientFrame(OPCODE.text, 'begun', OPCODE.text), CLOSE_1000]), 1000));
  });

  describe('in UTF-8', () => {
    test.each(['é', '漢', '🙂', '\uFEFFbom', '\0', 'a\0b'])('%j is delivered', (content) =>
      expectHeard(clientFrame(OPCODE.text, content), content),
    );

    test('a code point that is split over fragments is delivered', () => {
      const bytes = Buffer.from('🙂');
      return expectHeard(fragments([bytes.subarray(0, 1), bytes.subarray(1, 3), bytes.subarray(3)]), '🙂');
    });

    const malformed = ['eda080', 'c0af', 'f4908080', 'e282'];
    test.each(malformed)('%s is refused with 1007', (hex) =>
      expectCode(clientFrame(OPCODE.text, Buffer.from(hex, 'hex')), 1007),
    );
    test.each(malformed)('%s in fragments of one byte is refused with 1007', (hex) =>
      expectCode(fragments([...Buffer.from(hex, 'hex')].map((byte) => Buffer.from([byte]))), 1007),
    );
  });

  describe('at the close', () => {
    const echoed = [
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
    ];
    test.each(echoed)('the code %d is echoed', (code) =>
      expectCode(clientFrame(OPCODE.close, closePayload(code)), code),
    );

    const invalid = [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535];
    test.each(invalid)('the code %d is refused with 1002', (code) =>
      expectCode(clientFrame(OPCODE.close, closePayload(code)), 1002),
    );

    test('an empty close is answered with an empty one', () => expectCode(clientFrame(OPCODE.close), 1005));

    test('a body of one byte is refused with 1002', () => expectCode(clientFrame(OPCODE.close, 'x'), 1002));

    test('a reason of 123 bytes is taken', () =>
      expectCode(clientFrame(OPCODE.close, closePayload(1000, 'r'.repeat(123))), 1000));

    test('a reason that is not UTF-8 is rejected with 1007', () =>
      expectCode(clientFrame(OPCODE.close, closePayload(1000, Buffer.from([0xff]))), 1007));

    test('what comes after a close is ignored', () =>
      expectCode(Buffer.concat([CLOSE_1000, clientFrame(OPCODE.text, 'late')]), 1000));

    test('a text before the close in one packet is still broadcast', async () => {
      const pair = await pairOn(hub);
      pair.raw.write(Buffer.concat([clientFrame(OPCODE.text, 'last words'), CLOSE_1000]));
      expect((await framesToEnd(pair.raw)).map(({ opcode }) => opcode)).toEqual([OPCODE.close]);
      await expectServed(hub, pair, ['last words']);
    });
  });
});
