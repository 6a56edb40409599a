import { describe, expect, test } from '@jest/globals';
import { isAllowList, parseAllow } from './allow-list.js';
import { quoted } from './checked.js';
import { readRights } from './claims.js';

const GOOD = { match: 'room.*', allow: ['subscribe'] };

describe('the claim hub', () => {
  test('may be left out, be empty, or have 100 entries', () => {
    expect(readRights(undefined)).toEqual({ value: [] });
    expect(readRights([])).toEqual({ value: [] });
    expect(readRights(Array(100).fill(GOOD)).value).toHaveLength(100);
  });

  test.each<[unknown, RegExp]>([
    [{}, /^hub: {} is not allowed; allowed: a list of at most 100 entries$/],
    [Array(101).fill(GOOD), /^hub: .*allowed: a list of at most 100 entries$/],
    [
      [GOOD, GOOD, GOOD, { ...GOOD, match: 'room.*.' }],
      /^hub\[3\]\.match: "room\.\*\." is not allowed; allowed: a channel/,
    ],
    [[{ ...GOOD, match: '>.room' }], /^hub\[0\]\.match: ">\.room"/],
    [[{ ...GOOD, match: 7 }], /^hub\[0\]\.match: 7 is/],
    [[{ allow: ['subscribe'] }], /^hub\[0\]\.match: nothing is not allowed/],
    [[{ match: 'room' }], /^hub\[0\]\.allow: nothing is not allowed; allowed: 1-4 different words/],
    [[{ ...GOOD, allow: [] }], /^hub\[0\]\.allow: \[\] is/],
    [[{ ...GOOD, allow: '*' }], /^hub\[0\]\.allow: "\*" is/],
    [[{ ...GOOD, allow: ['subscribe', 'subscribe'] }], /^hub\[0\]\.allow: /],
    [[{ ...GOOD, allow: ['subscribe', 'admin'] }], /^hub\[0\]\.allow\[1\]: "admin" is/],
    [[{ ...GOOD, allow: ['Subscribe'] }], /^hub\[0\]\.allow\[0\]: "Subscribe" is/],
    [
      [{ ...GOOD, deny: ['publish'] }],
      /^hub\[0\]: "deny" is not allowed; allowed: an object of match and allow/,
    ],
    [[GOOD, null], /^hub\[1\]: null is/],
    [[GOOD, 'room'], /^hub\[1\]: "room" is/],
  ])('is refused as a whole: %j', (hub, fault) => {
    expect(readRights(hub).fault).toMatch(fault);
    expect(readRights(hub).value).toBeUndefined();
  });

  test('is quoted in part only, in visible ASCII', () => {
    const match = `\u001b[2J\r\n${'secret'.repeat(100)}`;
    const fault = readRights([{ ...GOOD, match }]).fault as string;
    expect(fault).toMatch(/^[ -~]+$/);
    expect(fault.split(' is not allowed')[0]?.length).toBeLessThan(50);
  });
});

test.each([
  ['a', '"a"'],
  ['é', '"?"'],
  [7, '7'],
  [undefined, 'nothing'],
  ['x'.repeat(24), `"${'x'.repeat(24)}"`],
  ['x'.repeat(25), `"${'x'.repeat(24)}...`],
])('%j is quoted as %s', (value, text) => {
  expect(quoted(value)).toBe(text);
});

describe('a list of what is allowed', () => {
  test.each([
    ['', []],
    [
      'subscribe:public.>, publish:lobby',
      [
        { match: 'public.>', allow: ['subscribe'] },
        { match: 'lobby', allow: ['publish'] },
      ],
    ],
    ['*:room.*', [{ match: 'room.*', allow: ['subscribe', 'publish', 'history', 'presence'] }]],
    ['publish:a,subscribe:a,publish:a,', [{ match: 'a', allow: ['publish', 'subscribe'] }]],
  ])('%j is read', (text, rights) => {
    expect(parseAllow(text)).toEqual(rights);
    expect(isAllowList(text)).toBe(true);
  });

  test.each([
    'public',
    ':public',
    'subscribe:',
    'subscribe',
    'listen:a',
    'Subscribe:a',
    'subscribe :a',
    'subscribe:a b',
    'subscribe:a:b',
    '*',
    '>:a',
  ])('%j is refused, and named', (item) => {
    expect(() => parseAllow(`publish:ok, ${item}`)).toThrow(JSON.stringify(item));
    expect(isAllowList(item)).toBe(false);
  });

  test('has at most 100 patterns', () => {
    const list = (count: number) => Array.from({ length: count }, (_, at) => `publish:a${at}`).join();
    expect(parseAllow(list(100))).toHaveLength(100);
    expect(isAllowList(list(101))).toBe(false);
  });
});
