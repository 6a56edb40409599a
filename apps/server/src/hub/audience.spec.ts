import { describe, expect, test } from '@jest/globals';
import { Audience } from './audience.js';
import { Audiences } from './audiences.js';

const member = () => ({ index: -1, identity: { clientId: 'x' } });

describe('an audience', () => {
  test('stays dense, and every member knows its place, whoever leaves', () => {
    const audience = new Audience('plain', new Set(['main']));
    const members = Array.from({ length: 5 }, member);
    for (const each of members) audience.add(each);
    for (const leaving of [2, 4, 0]) {
      const each = members[leaving] as ReturnType<typeof member>;
      audience.remove(each);
      expect(each.index).toBe(-1);
      expect(audience.members).not.toContain(each);
      expect(audience.members.map(({ index }) => index)).toEqual(audience.members.map((_, at) => at));
    }
    expect(new Set(audience.members)).toEqual(new Set([members[1], members[3]]));
  });
});

describe('the audiences', () => {
  test('are one for the same channels in any order, and another for another dialect', () => {
    const audiences = new Audiences();
    const first = audiences.join(member(), 'v1', new Set(['a', 'b']));
    expect(audiences.join(member(), 'v1', new Set(['b', 'a']))).toBe(first);
    expect(audiences.join(member(), 'plain', new Set(['a', 'b']))).not.toBe(first);
  });

  test('are found by each of their channels, until the last member has left', () => {
    const audiences = new Audiences();
    const [one, two] = [member(), member()];
    const both = audiences.join(one, 'v1', new Set(['a', 'b']));
    const left = audiences.join(two, 'plain', new Set(['a']));
    expect([...audiences.of('a')]).toEqual([both, left]);
    expect([...audiences.of('b')]).toEqual([both]);
    audiences.leave(one, both);
    expect([...audiences.of('a')]).toEqual([left]);
    expect([...audiences.of('b')]).toEqual([]);
  });
});
