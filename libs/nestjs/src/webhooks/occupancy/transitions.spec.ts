import { beforeEach, expect, test } from '@jest/globals';
import { type Candidate, type Lead, LedgerError, memoryLog } from '@ws-hub/hub';
import { TestClock, testEnvironment } from '@ws-hub/hub/testing';
import { EventFilter } from '../event-filter.js';
import type { WebhookEvent } from '../webhook-event.js';
import { Transitions } from './transitions.js';

const BOTH = ['channel_occupied', 'channel_vacated'];

let clock: TestClock;
let lead: Lead;
let occupied: Set<string>;
let transitions: Transitions;

beforeEach(() => {
  clock = new TestClock();
  occupied = new Set();
  const candidate: Candidate = {
    began: (given) => {
      lead = given;
    },
    ended: () => undefined,
  };
  memoryLog()(testEnvironment(clock)).ledger().lead(candidate);
  transitions = begin();
});

function begin(events = BOTH, vacantFromMs = 0, given = lead): Transitions {
  return new Transitions(
    {
      ...{ lead: given, clock, filter: new EventFilter(events) },
      isOccupied: (channel) => occupied.has(channel),
      full: () => undefined,
    },
    vacantFromMs,
  );
}
function set(channel: string, isOccupied: boolean): void {
  if (isOccupied) occupied.add(channel);
  else occupied.delete(channel);
  transitions.suspect(channel);
}
const named = (events: readonly WebhookEvent[]) => events.map(({ type, data }) => `${type} ${data.channel}`);

async function told(max = 100): Promise<string[]> {
  const events = await transitions.take(max);
  await transitions.settle('delivered');
  return named(events);
}

test('sends what differs from what was sent, and nothing that changed back', async () => {
  set('a', true);
  set('b', true);
  set('b', false);
  expect(await told()).toEqual(['channel_occupied a']);
  expect(await told()).toEqual([]);
  set('a', false);
  set('a', true);
  expect(await told()).toEqual([]);
  set('a', false);
  expect(await told()).toEqual(['channel_vacated a']);
  expect([...lead.entries]).toEqual([]);
});

test('sends the same until it is accepted, whatever has become of the channel, and then the opposite', async () => {
  set('a', true);
  const first = await transitions.take(100);
  set('a', false);
  expect(await transitions.take(100)).toEqual(first);
  await transitions.settle('delivered');
  expect(await told()).toEqual(['channel_vacated a']);
});

test('has the same ids on the hub that sends next, and other ones for the next time', async () => {
  set('a', true);
  const first = await transitions.take(100);
  occupied.clear();
  transitions = begin();
  expect(await transitions.take(100)).toEqual(first);
  await transitions.settle('delivered');
  expect(await told()).toEqual(['channel_vacated a']);
  set('a', true);
  const again = await transitions.take(100);
  expect(again[0]?.id).not.toBe(first[0]?.id);
});

test('knows on the next sending hub what was sent, and delays vacancy until all hubs have reported', async () => {
  set('a', true);
  await told();
  transitions = begin(BOTH, 15_000);
  occupied.clear();
  transitions.suspectAll();
  set('b', true);
  expect(await told()).toEqual(['channel_occupied b']);
  clock.nowMs = 15_000;
  expect(await told()).toEqual(['channel_vacated a']);
});

test('sends what was given up again, as something new', async () => {
  set('a', true);
  const first = await transitions.take(100);
  await transitions.settle('given_up');
  const again = await transitions.take(100);
  expect(named(again)).toEqual(['channel_occupied a']);
  expect(again[0]?.id).not.toBe(first[0]?.id);
});

test('sends a limited number at a time, and skips unwanted ones', async () => {
  transitions = begin(['channel_occupied:room.*']);
  for (let n = 0; n < 5; n++) set(`room.${n}`, true);
  set('other', true);
  expect(await told(2)).toHaveLength(2);
  expect(await told(100)).toHaveLength(3);
  set('room.1', false);
  expect(await told()).toEqual([]);
  set('room.1', true);
  expect(await told()).toEqual(['channel_occupied room.1']);
});

test('sends nothing that it could not write before', async () => {
  const refusing: Lead = {
    ...{ isHeld: true, entries: new Map() },
    set: async () => {
      throw new LedgerError('unavailable', 'the log cannot be reached');
    },
  };
  transitions = begin(BOTH, 0, refusing);
  set('a', true);
  expect(await transitions.take(100)).toEqual([]);
  expect(transitions.hasSome).toBe(true);
});
