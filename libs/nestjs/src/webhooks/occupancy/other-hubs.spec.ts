import { beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_NOTICE_BYTES, type Notice } from '@ws-hub/hub';
import { readReport } from './occupancy-report.js';
import { OccupancySpeaker, SIGN_MS } from './occupancy-speaker.js';
import { OtherHubs, SILENCE_MS } from './other-hubs.js';

let nowMs: number;
let others: OtherHubs;
let asked: string[];
let changed: string[];
/** Notices in flight; a test may lose or reorder them. */
let notices: Notice[];
let speaker: OccupancySpeaker;

beforeEach(() => {
  nowMs = 0;
  [asked, changed, notices] = [[], [], []];
  others = new OtherHubs({ changed: (channel) => changed.push(channel), ask: (hub) => asked.push(hub) });
  speaker = new OccupancySpeaker('one', (notice) => notices.push(notice));
});

function deliver(): void {
  for (const notice of notices.splice(0)) others.heard(readReport(notice), nowMs);
}
function say(on: string[], off: string[] = []): void {
  speaker.changed({ on, off }, nowMs);
}
function tellAll(...channels: string[]): void {
  speaker.all(channels, nowMs);
  deliver();
}
const many = (count: number) => Array.from({ length: count }, (_, n) => `a.channel.with.a.long.name.${n}`);

describe('the reports of another hub', () => {
  test('is known from its whole, and its changes on', () => {
    tellAll('a', 'b');
    say(['c'], ['a']);
    deliver();
    expect(['a', 'b', 'c'].map((channel) => others.isOccupied(channel))).toEqual([false, true, true]);
    expect(changed).toEqual(['a', 'b', 'c', 'a']);
    expect(asked).toEqual([]);
  });

  test('fits into notices, however much it is', () => {
    const channels = many(1_000);
    speaker.all(channels, nowMs);
    say(channels.slice(0, 500), channels.slice(500));
    expect(notices.length).toBeGreaterThan(10);
    for (const { body } of notices) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_NOTICE_BYTES);
    deliver();
    expect(channels.filter((channel) => others.isOccupied(channel))).toEqual(channels.slice(0, 500));
  });

  test('is asked for when it is a hub that is not known yet', () => {
    say(['a']);
    deliver();
    expect([asked, others.isOccupied('a')]).toEqual([['one'], false]);
    tellAll('a');
    expect(others.isOccupied('a')).toBe(true);
  });

  test('is asked for once a second when a change was lost, which the next one or a sign of life shows', () => {
    tellAll('a');
    say(['b']);
    notices.splice(0);
    nowMs += SIGN_MS;
    say([]);
    deliver();
    expect(asked).toEqual(['one']);
    tellAll('a', 'b');
    asked = [];
    nowMs += 1_000;
    say(['lost']);
    notices.splice(0);
    say(['c']);
    deliver();
    expect([asked, others.isOccupied('c')]).toEqual([['one'], false]);
    nowMs += 999;
    say(['d']);
    deliver();
    expect(asked).toEqual(['one']);
    nowMs += 1;
    say(['e']);
    deliver();
    expect(asked).toEqual(['one', 'one']);
    tellAll('a', 'b', 'c', 'd', 'e');
    nowMs += SIGN_MS;
    say([]);
    deliver();
    expect(asked).toHaveLength(2);
    expect(others.isOccupied('b')).toBe(true);
  });

  test('is asked for again when a page of its whole was lost', () => {
    speaker.all(many(200), nowMs);
    notices.shift();
    deliver();
    expect(others.isOccupied('a.channel.with.a.long.name.199')).toBe(false);
    nowMs += SIGN_MS;
    say([]);
    deliver();
    expect(asked).toEqual(['one']);
  });

  test('replaces earlier reports with a full list', () => {
    tellAll('a', 'b');
    tellAll('b', 'c');
    expect(['a', 'b', 'c'].map((channel) => others.isOccupied(channel))).toEqual([false, true, true]);
    expect(changed).toEqual(['a', 'b', 'a', 'c']);
  });
});

test('a channel is occupied as long as one hub has subscribers', () => {
  const second = new OccupancySpeaker('two', (notice) => notices.push(notice));
  tellAll('a');
  second.all(['a'], nowMs);
  deliver();
  speaker.gone(nowMs);
  deliver();
  expect(others.isOccupied('a')).toBe(true);
  second.gone(nowMs);
  deliver();
  expect(others.isOccupied('a')).toBe(false);
});

test('a hub that is silent for fifteen seconds is gone', () => {
  tellAll('a');
  nowMs += SILENCE_MS - 1;
  others.forgetSilent(nowMs);
  expect(others.isOccupied('a')).toBe(true);
  nowMs++;
  others.forgetSilent(nowMs);
  expect([others.isOccupied('a'), changed]).toEqual([false, ['a', 'a']]);
});
