import { describe, expect, test } from '@jest/globals';
import { isChannelPattern } from './channel-pattern.js';

describe('a pattern of channels', () => {
  test.each(['main', '*', '>', 'room.*', '*.room', 'room.>', 'a.*.b.>', 'x'.repeat(64)])(
    'may be %s',
    (text) => {
      expect(isChannelPattern(text)).toBe(true);
    },
  );

  test.each(['', '.', 'a.', '.*', 'a..b', 'room*', '>.a', 'a.>.b', 'a>', '**', 'a b', 'ä', 'x'.repeat(65)])(
    'may not be %j',
    (text) => {
      expect(isChannelPattern(text)).toBe(false);
    },
  );
});
