import { describe, expect, test } from '@jest/globals';
import { isChannelName } from './channel.js';

describe('a channel name', () => {
  test.each(['main', 'a', 'A-Z_0.9', 'one.two.three', 'x'.repeat(64)])('may be %s', (name) => {
    expect(isChannelName(name)).toBe(true);
  });

  test.each(['', '.a', 'a.', 'a..b', 'a b', 'ä', 'a/b', 'a\n', '*', 'x'.repeat(65)])(
    'may not be %j',
    (name) => {
      expect(isChannelName(name)).toBe(false);
    },
  );
});
