import { expect, test } from '@jest/globals';
import { DIALECTS } from './dialect.js';
import { EventView, isNamelessEvent } from './event-view.js';
import { contentTemplate, writeMarker } from './marker.js';
import { Receiver } from './receiver.js';
import { Reference } from './reference.js';

const SAID = 20;
const UNMASKED = Buffer.alloc(4);
const PROBE = ':\n\n';
const PLACE = 'id: r-7\nevent: position\ndata: {"type":"position","position":"r-7"}\n\n';

/** A message as the hub sends it, from the only publisher. */
function event(sequence: number): Buffer {
  const content = Buffer.from(contentTemplate(0, 60));
  writeMarker(content, 0, UNMASKED, 0, sequence, 1000 + sequence);
  return Buffer.from(`id: r-${sequence}\ndata: {"type":"message","content":"${content}"}\n\n`);
}

function stream(sequences: readonly number[]): Buffer {
  return Buffer.concat(sequences.map(event));
}

/** Counts what was not a message, for receivers that share a reference. */
function floor() {
  const others: string[] = [];
  const shared = {
    reference: new Reference(1, 64 * 1024, 1000),
    talkers: 1,
    sent: new Uint32Array(1).fill(SAID),
    makeRoom: () => false,
  };
  const events = { control: (_: number, payload: Buffer) => others.push(payload.toString()) };
  return { others, receiver: () => new Receiver(shared, DIALECTS.sse, events) };
}

test('events are found one after the other, each with its empty line', () => {
  const [first, second] = [Buffer.from(PROBE), event(0)];
  const view = new EventView();
  const bytes = Buffer.concat([first, second]);
  expect(view.read(bytes, 0)).toBe(true);
  expect([view.payload, view.end]).toEqual([0, first.length]);
  expect(view.read(bytes, view.end)).toBe(true);
  expect([view.payload, view.end]).toEqual([first.length, bytes.length]);
});

test('an event without its empty line has not arrived', () => {
  expect(new EventView().read(event(0).subarray(0, -1), 0)).toBe(false);
});

test.each([
  ['a message', event(0).toString(), true],
  ['a probe', PROBE, false],
  ['a place', PLACE, false],
  ['a name after the data', 'data: {}\nevent: welcome\n\n', false],
  ['an advice', 'retry: 1000\n\n', false],
  ['a content that begins like a name', 'data: event: x\n\n', true],
])('%s is told from messages', (_, text, isMessage) => {
  const bytes = Buffer.concat([Buffer.from(PROBE), Buffer.from(text)]);
  expect(isNamelessEvent(bytes, PROBE.length, bytes.length)).toBe(isMessage);
});

test('a listener that follows gets the same stream wherever it is cut, with a probe and a place in between', () => {
  const bytes = Buffer.concat([event(0), Buffer.from(PROBE), event(1), Buffer.from(PLACE), event(2)]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { others, receiver } = floor();
    const [first, second] = [receiver(), receiver()];
    first.consume(stream([0, 1, 2]));
    second.consume(bytes.subarray(0, cut));
    second.consume(bytes.subarray(cut));
    expect(second.followsReference).toBe(true);
    expect(second.account()).toMatchObject({ received: 3, duplicates: 0, outOfOrder: 0 });
    expect(others).toEqual([PROBE, PLACE]);
  }
});

test.each([
  ['lost', [0, 2], { lost: 1, duplicates: 0, outOfOrder: 0 }],
  ['repeated', [0, 1, 1, 2], { lost: 0, duplicates: 1, outOfOrder: 0 }],
  ['overtaken', [1, 0, 2], { lost: 0, duplicates: 0, outOfOrder: 1 }],
])('an event that is %s is counted', (_, sequences, { lost, ...expected }) => {
  const { receiver } = floor();
  const [first, second] = [receiver(), receiver()];
  first.consume(stream([0, 1, 2]));
  second.consume(stream(sequences));
  expect(second.account()).toMatchObject(expected);
  expect(second.account().lost([3])).toBe(lost);
});

test.each([
  ['a probe', PROBE, ''],
  ['a place', PLACE, ''],
  ['an advice', 'retry: 2500\n\n', ''],
  ['a welcome', 'id: r-0\nevent: welcome\ndata: {}\n\n', ''],
  ['a welcome with an advice', 'retry: 2500\nid: r-0\nevent: welcome\ndata: {}\n\n', ''],
  ['a gap', 'event: gap\ndata: {}\n\n', undefined],
  ['a close', 'retry: 100\nevent: closed\ndata: {"code":1013}\n\n', undefined],
])('%s in the stream is passed over, or ends the run', (_, text, answer) => {
  expect(DIALECTS.sse.answer(text)).toBe(answer);
});
