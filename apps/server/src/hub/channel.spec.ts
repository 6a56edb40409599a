import { describe, expect, test } from '@jest/globals';
import { Channel } from './channel.js';

describe('a channel', () => {
  test('stays dense, and every connection knows its place, whoever leaves', () => {
    const channel = new Channel<{ index: number }>('main');
    const members = Array.from({ length: 5 }, () => ({ index: -1 }));
    for (const member of members) channel.add(member);
    for (const leaving of [2, 4, 0]) {
      const member = members[leaving] as { index: number };
      channel.remove(member);
      expect(member.index).toBe(-1);
      expect(channel.connections).not.toContain(member);
      expect(channel.connections.map(({ index }) => index)).toEqual(channel.connections.map((_, at) => at));
    }
    expect(new Set(channel.connections)).toEqual(new Set([members[1], members[3]]));
  });
});
