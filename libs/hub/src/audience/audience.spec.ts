import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainEncoder } from '../encoding/plain.encoder.js';
import { v1Encoder } from '../encoding/v1.encoder.js';
import { Audience } from './audience.js';
import { Audiences } from './audiences.js';

const member = () => ({ subscription: { index: -1 }, identity: { clientId: 'x' } });

describe('an audience', () => {
  test('stays dense, and every member knows its index, whichever member leaves', () => {
    const audience = new Audience(plainEncoder);
    const members = Array.from({ length: 5 }, member);
    for (const each of members) audience.add(each);
    for (const leaving of [2, 4, 0]) {
      const each = members[leaving] as ReturnType<typeof member>;
      audience.remove(each);
      expect(each.subscription.index).toBe(-1);
      expect(audience.members).not.toContain(each);
      expect(audience.members.map(({ subscription }) => subscription?.index)).toEqual(
        audience.members.map((_, at) => at),
      );
    }
    expect(new Set(audience.members)).toEqual(new Set([members[1], members[3]]));
  });
});

describe('the audiences', () => {
  test('are one for the same channels in any order, and another for another dialect', () => {
    const audiences = new Audiences();
    const first = audiences.join(member(), v1Encoder, new Set(['a', 'b']));
    expect(audiences.join(member(), v1Encoder, new Set(['b', 'a']))).toBe(first);
    expect(audiences.join(member(), plainEncoder, new Set(['a', 'b']))).not.toBe(first);
  });

  test('report which channels get their first subscriber, and lose their last one', () => {
    const told: string[] = [];
    const audiences = new Audiences({
      channelOccupied: (channel) => told.push(`+${channel}`),
      channelVacated: (channel) => told.push(`-${channel}`),
    });
    const [one, two] = [member(), member()];
    const both = audiences.join(one, v1Encoder, new Set(['a', 'b']));
    const left = audiences.join(two, plainEncoder, new Set(['a']));
    expect(told.splice(0)).toEqual(['+a', '+b']);
    const changed = audiences.change(one, both, ['a'], false);
    audiences.leave(two, left);
    expect(told.splice(0)).toEqual(['-a']);
    audiences.leave(one, changed);
    expect(told).toEqual(['-b']);
  });

  test('are found by each of their channels, until the last member has left', () => {
    const audiences = new Audiences();
    const [one, two] = [member(), member()];
    const both = audiences.join(one, v1Encoder, new Set(['a', 'b']));
    const left = audiences.join(two, plainEncoder, new Set(['a']));
    expect([...audiences.of('a')]).toEqual([both, left]);
    expect([...audiences.of('b')]).toEqual([both]);
    audiences.leave(one, both);
    expect([...audiences.of('a')]).toEqual([left]);
    expect([...audiences.of('b')]).toEqual([]);
  });

  test('are changed in place for one that is alone, and left by one that is not', () => {
    const audiences = new Audiences<ReturnType<typeof member>>();
    const [one, two] = [member(), member()];
    const alone = audiences.join(one, v1Encoder, new Set(['a']));
    expect(audiences.change(one, alone, ['b'], true)).toBe(alone);
    expect([[...audiences.of('a')], [...audiences.of('b')]]).toEqual([[alone], [alone]]);
    expect(audiences.join(two, v1Encoder, new Set(['b', 'a']))).toBe(alone);
    const left = audiences.change(two, alone, ['a'], false);
    expect(left).not.toBe(alone);
    expect([[...audiences.of('a')], [...audiences.of('b')]]).toEqual([[alone], [alone, left]]);
    expect([alone.members, left.members]).toEqual([[one], [two]]);
    expect(audiences.change(one, alone, ['a'], false)).toBe(left);
    expect([[...audiences.of('a')], left.members]).toEqual([[], [two, one]]);
  });

  test('are not changed for the remaining member by one that was detached before', () => {
    const audiences = new Audiences();
    const [stays, evicted] = [member(), member()];
    const audience = audiences.join(stays, v1Encoder, new Set(['a']));
    audiences.join(evicted, v1Encoder, new Set(['a']));
    audience.remove(evicted);
    audiences.change(evicted, audience, ['a'], false);
    expect([...audience.channels]).toEqual(['a']);
    expect([...audiences.of('a')]).toEqual([audience]);
  });

  test('are those that a naive register has, whatever is joined, changed and left', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(4), fc.boolean()), { maxLength: 200 }), (steps) => {
        const audiences = new Audiences<ReturnType<typeof member>>();
        const members = Array.from({ length: 6 }, member);
        const heard = members.map(() => new Set<string>());
        const at = members.map((each) => audiences.join(each, v1Encoder, new Set()));
        for (const [who, what, hears] of steps) {
          const [channel, set] = [`c${what}`, heard[who] as Set<string>];
          if (set.has(channel) === hears) continue;
          hears ? set.add(channel) : set.delete(channel);
          const [each, audience] = [
            members[who] as ReturnType<typeof member>,
            at[who] as (typeof at)[number],
          ];
          at[who] = audiences.change(each, audience, [channel], hears);
        }
        for (const [who, set] of heard.entries()) expect(new Set(at[who]?.channels)).toEqual(set);
        for (let what = 0; what <= 4; what++) {
          const found = [...audiences.of(`c${what}`)].flatMap((audience) => audience.members);
          expect(new Set(found)).toEqual(new Set(members.filter((_, who) => heard[who]?.has(`c${what}`))));
        }
      }),
    );
  });
});
