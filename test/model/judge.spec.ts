import { describe, expect, test } from '@jest/globals';
import type { HubMessage } from '@ws-hub/protocol';
import type { Call, Event } from './call.js';
import { judge } from './judge.js';
import type { World } from './world.js';

const at = (place: number) => `epoch-${place}`;

function message(place: number, name: string, channel = 'a', client_id = 'bob'): HubMessage {
  return { type: 'message', id: at(place), channel, client_id, timestamp: 1, content: name };
}

function welcome(place: number, recovered = true): HubMessage {
  const rest = { session: 's', ping_interval: 1, max_payload: 1 };
  return { type: 'welcome', client_id: 'alice', position: at(place), recovered, ...rest };
}

const ack = (place: number, key: string, duplicate?: true): HubMessage => ({
  type: 'ack',
  key,
  id: at(place),
  duplicate,
});
const position = (place: number): HubMessage => ({ type: 'position', position: at(place) });

/** A connection as the judge sees it. */
function call(since: number | undefined, heard: readonly HubMessage[], more: object = {}): Call {
  const events: Event[] = heard.map((each) => ({ heard: each }));
  const hello = { type: 'hello', channels: ['a'], ...(since !== undefined && { since: at(since) }) };
  const hub = { name: 'hub', port: 0, told: [] };
  const first = heard[0];
  const shared = {
    who: 'alice',
    hub,
    hello,
    events,
    isOpen: true,
    toldBefore: 0,
    answers: { missing: [] },
    line: {},
  };
  return { ...shared, welcome: first, ...more } as unknown as Call;
}

const ORDER = [
  message(1, 'bob/0'),
  message(2, 'alice/0', 'b', 'alice'),
  message(3, 'bob/1'),
  message(4, 'bob/2', 'c'),
];
const RIGHT = [welcome(0), message(1, 'bob/0'), ack(2, 'alice/0'), message(3, 'bob/1'), position(4)];

function verdict(
  heard: readonly HubMessage[],
  more: object = {},
  order: readonly HubMessage[] = ORDER,
): string[] {
  const witness = call(undefined, [welcome(0), ...order]);
  const world = { calls: [call(0, heard, more)], talks: [], traits: {}, saidAt: new Map() };
  return judge(world as unknown as World, witness, ['bob']);
}

describe('the judge of the model', () => {
  test('finds nothing in a correct record', () => {
    expect(verdict(RIGHT)).toEqual([]);
  });

  const without = (place: number) => RIGHT.filter((each) => !('id' in each) || each.id !== at(place));
  test.each<[string, readonly HubMessage[], object, RegExp]>([
    ['a message that was lost', without(1), {}, /lost: bob\/0/],
    ['an ack that was lost', without(2), {}, /lost: the ack of alice\/0/],
    ['the last message that was lost', RIGHT.slice(0, 3), {}, /lost: bob\/1/],
    [
      'a message that arrived twice',
      [...RIGHT.slice(0, 4), message(3, 'bob/1'), position(4)],
      {},
      /again, or out of order/,
    ],
    [
      'an order that differs from the others',
      [welcome(0), message(3, 'bob/1'), message(1, 'bob/0')],
      {},
      /out of order/,
    ],
    [
      'a message that others received differently',
      [welcome(0), message(1, 'bob/9')],
      {},
      /not what others were told/,
    ],
    [
      'an own message',
      [welcome(0), message(1, 'bob/0'), message(2, 'alice/0', 'b', 'alice')],
      {},
      /hears itself/,
    ],
    [
      'a channel that was not requested',
      [...RIGHT.slice(0, 4), message(4, 'bob/2', 'c')],
      {},
      /does not hear/,
    ],
    ['a position that goes back', [...RIGHT, position(3)], {}, /goes back/],
    ['an invalid place', [welcome(0), message(9, 'bob/0')], {}, /no place of the log/],
    [
      'a duplicate that is still ahead',
      [welcome(0), ack(2, 'alice/0', true), ...RIGHT.slice(1)],
      {},
      /still ahead/,
    ],
    ['a key at two places', [...RIGHT, ack(1, 'alice/0', true)], {}, /was acked at/],
    ['a false gap', [welcome(4, false)], {}, /the log has everything/],
    ['a publish without an answer', RIGHT, { answers: { missing: ['alice/1'] } }, /no answer to alice\/1/],
    ['a connection that was closed', RIGHT, { isOpen: false, line: { closeCode: 1011 } }, /closed with 1011/],
  ])('finds %s', (_, heard, more, problem) => {
    expect(verdict(heard, more).join('\n')).toMatch(problem);
  });

  test('finds a message that was stored twice, and one that overtook another of its sender', () => {
    expect(verdict([welcome(4)], {}, [...ORDER, message(5, 'bob/1')]).join('\n')).toMatch(
      /stored twice: bob\/1/,
    );
    expect(verdict([welcome(0)], {}, [message(1, 'bob/1'), message(2, 'bob/0')]).join('\n')).toMatch(
      /0 is stored after 1/,
    );
  });

  test('finds a replay that closes before the head that its hub had sent', () => {
    const hub = { name: 'hub', port: 0, told: [at(4)] };
    const heard = [welcome(0), message(1, 'bob/0'), position(1), ...RIGHT.slice(2)];
    expect(verdict(heard, { hub, toldBefore: 1 }).join('\n')).toMatch(/closing position at place 1.* told 4/);
  });
});
