import { describe, expect, test } from '@jest/globals';
import type { ClientRow, EventRow, Sample } from '@ws-hub/console-api';
import { inOneLine, NOTHING, shownAfter } from './event-list.js';
import { connectionOf, type Rates, ratesAfter } from './rates.js';
import { joined, lastHour, lastOfMinutes, notReadyMs } from './samples.js';

const sample = (at: number, isLogReady = true) => ({ at, isLogReady }) as Sample;
const event = (seq: number) => ({ seq, event: `e${seq}` }) as EventRow;
const client = (messagesIn: number, clientId = 'a', address = '::1') =>
  ({ clientId, address, messagesIn }) as ClientRow;

describe('samples', () => {
  test('are joined without what is known, and stay the same array where nothing is new', () => {
    const known = [sample(1), sample(2)];
    expect(joined(known, [sample(2), sample(3)]).map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(joined(known, [sample(2)])).toBe(known);
  });

  test('are those of the last hour', () => {
    const samples = [sample(1), sample(3_600_000), sample(3_600_001)];
    expect(lastHour(samples).map(({ at }) => at)).toEqual([3_600_000, 3_600_001]);
    expect(lastHour([])).toEqual([]);
  });

  test('tell for how long the log was away', () => {
    expect(notReadyMs([sample(1), sample(2, false), sample(3, false)], 5000)).toBe(10_000);
  });

  test('have a last one in each minute, newest first', () => {
    const samples = [sample(1), sample(59_999), sample(60_000), sample(180_000)];
    expect(lastOfMinutes(samples).map(({ at }) => at)).toEqual([180_000, 60_000, 59_999]);
  });
});

describe('events', () => {
  test('are shown newest first, each once, at most 500', () => {
    const first = shownAfter(NOTHING, { events: [event(1), event(2)], lastSeq: 2 });
    const second = shownAfter(first, { events: [event(2), event(3)], lastSeq: 3 });
    expect(second.events.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    const many = Array.from({ length: 500 }, (_, index) => event(index + 4));
    const third = shownAfter(second, { events: many, lastSeq: 503 });
    expect([third.events.length, third.events[0]?.seq]).toEqual([500, 503]);
  });

  test('of a hub that restarted are requested from the first on', () => {
    const before = shownAfter(NOTHING, { events: [event(7)], lastSeq: 7 });
    expect(shownAfter(before, { events: [], lastSeq: 3 })).toEqual({ events: [], lastSeq: 0 });
  });

  test('have fields of one line', () => {
    expect([inOneLine('a'), inOneLine({ b: [1] }), inOneLine(undefined)]).toEqual([
      'a',
      '{"b":[1]}',
      'undefined',
    ]);
  });
});

describe('the rate of a client', () => {
  const rate = (rates: Rates, of = client(0)) => rates.get(connectionOf(of))?.perSecond;
  const first = ratesAfter(new Map(), { at: 1000, clients: [client(10)] });

  test('is known from the second answer on', () => {
    expect(rate(first)).toBeUndefined();
    expect(rate(ratesAfter(first, { at: 3000, clients: [client(30)] }))).toBe(10);
  });

  test('stays where the hub gives an answer again', () => {
    const second = ratesAfter(first, { at: 3000, clients: [client(30)] });
    expect(rate(ratesAfter(second, { at: 3000, clients: [client(30)] }))).toBe(10);
  });

  test('begins again with a new connection, and is one for each address', () => {
    expect(rate(ratesAfter(first, { at: 3000, clients: [client(2)] }))).toBeUndefined();
    const other = ratesAfter(first, { at: 3000, clients: [client(500, 'a', '::2')] });
    expect([rate(other), rate(other, client(0, 'a', '::2'))]).toEqual([undefined, undefined]);
  });
});
