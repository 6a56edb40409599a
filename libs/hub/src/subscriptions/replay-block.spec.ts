import { describe, expect, test } from '@jest/globals';
import { v1Encoder } from '../encoding/v1.encoder.js';
import { positionAt as at } from '../log/index.js';
import { Part } from './part.js';
import { ReplayBlock } from './replay-block.js';

const entry = (sequence: number, channel: string, clientId: string, length = 100) => ({
  position: at(sequence),
  channel,
  clientId,
  key: `k${sequence}`,
  timestamp: 1,
  content: 'x'.repeat(length),
});
const wanted = (clientId: string, ...channels: string[]) => ({ clientId, channels: new Set(channels) });

/** The content of a part: the number of each message, and +key for an ack. */
function read(part: Part): string[] {
  const text = Buffer.concat(part.frames).toString('latin1');
  return [...text.matchAll(/"type":"(message|ack)"(?:,"key":"(k\d+)")?,"id":"e-(\d+)"/g)].map(
    ([, type, key, sequence]) => (type === 'ack' ? `+${key}` : String(sequence)),
  );
}

describe('a block of the log', () => {
  const block = new ReplayBlock('e', v1Encoder, at(10));
  block.extend(
    [entry(11, 'a', 'alice'), entry(12, 'b', 'bob'), entry(14, 'a', 'alice'), entry(15, 'a', 'carol')],
    at(16),
  );

  test('gives the same bytes to all clients that get all of it, in one slice', () => {
    const [one, other] = [new Part(10_000), new Part(10_000)];
    expect(block.take(at(10), wanted('dave', 'a', 'b'), one)).toBe(16);
    block.take(at(11), wanted('erin', 'b', 'a', 'c'), other);
    expect([read(one), read(other)]).toEqual([
      ['11', '12', '14', '15'],
      ['12', '14', '15'],
    ]);
    expect([one.slices.length, other.slices.length]).toEqual([1, 1]);
    expect(other.slices[0]?.buffer).toBe(one.slices[0]?.buffer);
    expect([one.messages, other.messages]).toEqual([4, 3]);
  });

  test('leaves out what a client does not get, and has acks in place of own messages on any channel', () => {
    const part = new Part(10_000);
    block.take(at(10), wanted('alice', 'b'), part);
    expect(read(part)).toEqual(['+k11', '12', '+k14']);
    const nothing = new Part(10_000);
    expect(block.take(at(10), wanted('dave'), nothing)).toBe(16);
    expect(nothing.slices).toEqual([]);
  });

  test('stops after the message with which the part is full, and continues there', () => {
    const part = new Part(250);
    const place = block.take(at(10), wanted('dave', 'a', 'b'), part);
    expect([read(part), place]).toEqual([['11', '12'], 13]);
    const rest = new Part(10_000);
    block.take(place, wanted('dave', 'a', 'b'), rest);
    expect(read(rest)).toEqual(['14', '15']);
  });

  test('is written as it is in a few slices, and as one where there would be many', () => {
    const mixed = new ReplayBlock('e', v1Encoder, at(0));
    mixed.extend(
      Array.from({ length: 64 }, (_, n) => entry(n + 1, n % 2 ? 'a' : 'b', 'alice')),
      at(64),
    );
    const part = new Part(100_000);
    mixed.take(at(0), wanted('dave', 'a'), part);
    expect([part.slices.length, part.frames.length, read(part).length]).toEqual([32, 1, 32]);
  });

  test('grows with the log', () => {
    const growing = new ReplayBlock('e', v1Encoder, at(0));
    growing.extend([entry(1, 'a', 'alice')], at(1));
    growing.extend([entry(2, 'a', 'bob')], at(2));
    const part = new Part(10_000);
    expect(growing.take(at(0), wanted('dave', 'a'), part)).toBe(2);
    expect(read(part)).toEqual(['1', '2']);
  });

  test('encodes frames on demand only, and large ones one by one', () => {
    const grown: number[] = [];
    const large = new ReplayBlock('e', v1Encoder, at(0), (_, bytes) => grown.push(bytes));
    large.extend(
      Array.from({ length: 64 }, (_, n) => entry(n + 1, n === 63 ? 'quiet' : 'loud', 'alice', 60_000)),
      at(64),
    );
    large.take(at(0), wanted('dave', 'other'), new Part(100_000));
    expect(grown).toEqual([64 * 60_000]);
    const [part, again] = [new Part(100_000), new Part(100_000)];
    expect(large.take(at(0), wanted('dave', 'quiet'), part)).toBe(64);
    large.take(at(0), wanted('erin', 'quiet'), again);
    expect([read(part), again.slices[0] === part.slices[0]]).toEqual([['64'], true]);
    expect([grown, large.bytes]).toEqual([[64 * 60_000, part.bytes], 64 * 60_000 + part.bytes]);
  });
});
