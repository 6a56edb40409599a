import { describe, expect, test } from '@jest/globals';
import { ACTIONS, type Action, isChannelName, isChannelPattern, type Right } from '@ws-hub/protocol';
import fc from 'fast-check';
import { ALL_GRANTS, Grants, NO_GRANTS, SharedGrants } from './grants.js';

const may = (match: string, channel: string) =>
  new Grants([{ match, allow: ['publish'] }]).allows('publish', channel);

describe('grants', () => {
  test.each([
    ['room', 'room'],
    ['room.*', 'room.1'],
    ['*.1', 'room.1'],
    ['room.*.chat', 'room.1.chat'],
    ['room.>', 'room.1'],
    ['room.>', 'room.1.chat'],
    ['>', 'room'],
    ['*.>', 'room.1.chat'],
  ])('for %s hold on %s', (match, channel) => {
    expect(may(match, channel)).toBe(true);
  });

  test.each([
    ['room', 'rooms'],
    ['room', 'room.1'],
    ['room.*', 'room'],
    ['room.*', 'room.1.chat'],
    ['room.>', 'room'],
    ['room.>', 'rooms.1'],
    ['*', 'room.1'],
    ['*.>', 'room'],
    // The name of a property that every object has.
    ['a', 'constructor'],
    ['a.*', 'a.__proto__.b'],
  ])('for %s do not hold on %s', (match, channel) => {
    expect(may(match, channel)).toBe(false);
  });

  test('are for the action that is named, and what several patterns allow adds up', () => {
    const grants = new Grants([
      { match: 'room.*', allow: ['subscribe'] },
      { match: 'room.1', allow: ['publish'] },
      { match: '>', allow: ['history'] },
    ]);
    expect(ACTIONS.filter((action) => grants.allows(action, 'room.1'))).toEqual([
      'subscribe',
      'publish',
      'history',
    ]);
    expect(ACTIONS.filter((action) => grants.allows(action, 'room.2'))).toEqual(['subscribe', 'history']);
  });

  test('of all and of nothing say so', () => {
    expect(ACTIONS.every((action) => ALL_GRANTS.allows(action, 'a.b.c'))).toBe(true);
    expect(ACTIONS.some((action) => NO_GRANTS.allows(action, 'a.b.c'))).toBe(false);
  });

  test('are one object for all whose rights are the same, and those that were not used for long are forgotten', () => {
    const shared = new SharedGrants();
    const rights: Right[] = [{ match: 'room.*', allow: ['subscribe'] }];
    const first = shared.of(rights);
    expect(shared.of(structuredClone(rights))).toBe(first);
    for (let n = 0; n < 1_000; n++) shared.of([{ match: `room.${n}`, allow: ['subscribe'] }]);
    expect(shared.of(rights)).not.toBe(first);
  });
});

/** The same question, answered naively: segment by segment and pattern by pattern. */
function naive(rights: readonly Right[], action: Action, channel: string): boolean {
  return rights.some(
    ({ match, allow }) => allow.includes(action) && matches(match.split('.'), channel.split('.')),
  );
}

function matches([pattern, ...patterns]: string[], [segment, ...segments]: string[]): boolean {
  if (pattern === undefined || segment === undefined) return pattern === segment;
  if (pattern === '>') return true;
  return (pattern === '*' || pattern === segment) && matches(patterns, segments);
}

const name = fc.constantFrom('a', 'b', 'c', 'constructor');
const channel = fc.array(name, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('.'));
const pattern = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('*')), { maxLength: 5 }), fc.boolean())
  .map(([segments, isOpen]) => [...segments, ...(isOpen ? ['>'] : [])].join('.'))
  .filter(isChannelPattern);
const right = fc.record({ match: pattern, allow: fc.subarray([...ACTIONS], { minLength: 1 }) });

test('grants allow what a naive matcher allows, and nothing else', () => {
  let allowed = 0;
  fc.assert(
    fc.property(
      fc.array(right, { maxLength: 12 }),
      channel,
      fc.constantFrom(...ACTIONS),
      (rights, at, action) => {
        expect(isChannelName(at)).toBe(true);
        const expected = naive(rights, action, at);
        if (expected) allowed++;
        expect(new Grants(rights).allows(action, at)).toBe(expected);
      },
    ),
    { numRuns: 20_000 },
  );
  expect(allowed).toBeGreaterThan(1_000);
});
