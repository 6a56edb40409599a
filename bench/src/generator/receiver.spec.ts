import { describe, expect, test } from '@jest/globals';
import { DIALECTS } from './dialect.js';
import { PING, StreamError } from './frame.js';
import { contentTemplate, writeMarker } from './marker.js';
import { Receiver } from './receiver.js';
import { Reference } from './reference.js';

const TALKERS = 3;
const SAID = 100;
const UNMASKED = Buffer.alloc(4);

type Message = readonly [talker: number, sequence: number];

/** A server's frame of a message. The sizes differ, so that both length formats occur. */
function frame([talker, sequence]: Message): Buffer {
  const content = Buffer.from(contentTemplate(talker, sequence % 2 === 0 ? 60 : 200));
  writeMarker(content, 0, UNMASKED, 0, sequence, 1000 + sequence);
  const payload = Buffer.concat([Buffer.from('{"content":"'), content, Buffer.from('"}')]);
  const { length } = payload;
  const header = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), payload]);
}

const ping = Buffer.from([0x80 | PING, 2, 0x68, 0x69]);
const inOrder: readonly Message[] = [
  [0, 0],
  [1, 0],
  [0, 1],
  [2, 0],
  [0, 2],
  [1, 1],
];

function stream(messages: readonly Message[] = inOrder): Buffer {
  return Buffer.concat(messages.map(frame));
}

/** Receivers that share a reference, and their reports. */
function floor(
  reference = new Reference(TALKERS, 64 * 1024, 1000),
  makeRoom: (size: number) => boolean = () => false,
) {
  const controls: number[] = [];
  const delivered: number[] = [];
  const shared = {
    reference,
    talkers: TALKERS,
    sent: new Uint32Array(TALKERS).fill(SAID),
    makeRoom,
  };
  const events = {
    control: (opcode: number) => controls.push(opcode),
    delivered: (talker: number) => delivered.push(talker),
  };
  return {
    controls,
    delivered,
    receiver: (talker?: number) => new Receiver(shared, DIALECTS.plain, events, talker),
  };
}

function faults(receiver: Receiver) {
  const { received, duplicates, outOfOrder } = receiver.account();
  return { received, duplicates, outOfOrder };
}

const clean = { received: inOrder.length, duplicates: 0, outOfOrder: 0 };

describe('a stream cut anywhere is the same stream', () => {
  const bytes = Buffer.concat([frame([0, 0]), ping, stream(inOrder.slice(1))]);

  test.each([
    ['the first receiver', undefined],
    ['a talker', 2],
  ])('for %s', (_, talker) => {
    const messages = inOrder.filter(([speaker]) => speaker !== talker);
    const heard = Buffer.concat([frame([0, 0]), ping, stream(messages.slice(1))]);
    for (let cut = 0; cut <= heard.length; cut++) {
      const { controls, receiver } = floor();
      const one = receiver(talker);
      one.consume(heard.subarray(0, cut));
      one.consume(heard.subarray(cut));
      expect(faults(one)).toEqual({ ...clean, received: messages.length });
      expect(controls).toEqual([PING]);
    }
  });

  test('for one that follows, with a ping where the first had none', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { receiver } = floor();
      const [first, second] = [receiver(), receiver()];
      first.consume(stream());
      second.consume(bytes.subarray(0, cut));
      second.consume(bytes.subarray(cut));
      expect(second.followsReference).toBe(true);
      expect(faults(second)).toEqual(clean);
    }
  });

  test('for one that takes turns with the first, byte by byte', () => {
    const { delivered, receiver } = floor();
    const pair = [receiver(), receiver()];
    for (let at = 0; at < bytes.length; at++) for (const one of pair) one.consume(bytes.subarray(at, at + 1));
    expect(pair.map(faults)).toEqual([clean, clean]);
    expect(delivered).toHaveLength(2 * inOrder.length);
  });
});

describe('one that differs reads by itself, and what differs is counted', () => {
  const [a, b, c, d, e, f] = inOrder as [Message, Message, Message, Message, Message, Message];
  const none = { lost: 0, duplicates: 0, outOfOrder: 0 };

  test.each<[string, Message[], typeof none]>([
    ['a loss', [a, b, d, e, f], { ...none, lost: 1 }],
    ['a repetition', [a, b, b, c, d, e, f], { ...none, duplicates: 1 }],
    ['an overtaking', [c, a, b, d, e, f], { ...none, outOfOrder: 1 }],
    ['another order between talkers', [b, a, c, d, e, f], none],
  ])('%s, cut anywhere', (_, messages, expected) => {
    const bytes = stream(messages);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { receiver } = floor();
      const [first, second] = [receiver(), receiver()];
      first.consume(stream());
      second.consume(bytes.subarray(0, cut));
      second.consume(bytes.subarray(cut));
      expect(second.followsReference).toBe(false);
      const account = second.account();
      expect(account).toMatchObject({ duplicates: expected.duplicates, outOfOrder: expected.outOfOrder });
      expect(account.lost([3, 2, 1])).toBe(expected.lost);
      expect(first.account()).toMatchObject(clean);
    }
  });

  test('what has not come yet is lost so far', () => {
    const { receiver } = floor();
    const [first, second] = [receiver(), receiver()];
    first.consume(stream());
    second.consume(stream([a, b]));
    expect(second.account().lost([3, 2, 1])).toBe(4);
  });

  test('its own message counts as a duplicate for a talker', () => {
    const { receiver } = floor();
    const talker = receiver(0);
    talker.consume(stream([b, a]));
    expect(faults(talker)).toEqual({ received: 2, duplicates: 1, outOfOrder: 0 });
  });
});

describe('the reference is bounded', () => {
  const many = Array.from({ length: SAID }, (_, sequence): Message => [1, sequence]);

  test('a full one is not extended: the next reader reads alone', () => {
    const { receiver } = floor(new Reference(TALKERS, 1000));
    const one = receiver();
    one.consume(stream(many));
    expect(one.followsReference).toBe(false);
    expect(faults(one)).toEqual({ received: SAID, duplicates: 0, outOfOrder: 0 });
  });

  test('what all have passed is forgotten, and accounts stay exact', () => {
    const reference = new Reference(TALKERS, 1000);
    const { delivered, receiver } = floor(reference, () => {
      reference.dropBefore(second.place);
      return true;
    });
    const [first, second] = [receiver(), receiver()];
    const twice: Message[] = [...many.slice(0, 5), [1, 4], ...many.slice(5)];
    for (const message of twice) for (const one of [first, second]) one.consume(frame(message));
    expect([first, second].map((one) => one.followsReference)).toEqual([true, true]);
    expect(faults(second)).toEqual({ received: SAID + 1, duplicates: 1, outOfOrder: 0 });
    expect(delivered).toHaveLength(2 * (SAID + 1));
  });
});

describe('a stream that no server may send is refused', () => {
  test.each([
    ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0])],
    ['a fragment', Buffer.from([0x01, 0x00])],
    ['a compressed frame', Buffer.from([0xc1, 0x00])],
    ['a message that was never sent', frame([1, SAID])],
    ['a talker that there is none of', frame([TALKERS, 0])],
    ['a text without a marker', Buffer.concat([Buffer.from([0x81, 60]), Buffer.alloc(60, 'a')])],
  ])('%s', (_, bytes) => {
    expect(() => floor().receiver().consume(bytes)).toThrow(StreamError);
    expect(() => floor().receiver(0).consume(bytes)).toThrow(StreamError);
  });
});
