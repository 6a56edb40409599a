import { describe, expect, test } from '@jest/globals';
import { bytes, counted, duration, number, percent, total, visible } from './formats.js';

describe('figures', () => {
  test.each([
    [number(0.04), '0'],
    [number(0.25), '0.3'],
    [number(9), '9'],
    [number(12_345.6), '12,346'],
    [total(714_902_113), '714,902,113'],
    [total(80_426_487_712), '80.43 billion'],
    [bytes(0), '0 B'],
    [bytes(1023), '1,023 B'],
    [bytes(1024), '1 KiB'],
    [bytes(1.5 * 1024 ** 2), '1.5 MiB'],
    [bytes(4096 * 1024 ** 4), '4,096 TiB'],
    [percent(0.254), '25 %'],
    [counted(1, 'hub'), '1 hub'],
    [counted(1200, 'hub'), '1,200 hubs'],
  ])('are shown as %s', (shown, expected) => {
    expect(shown).toBe(expected);
  });

  test.each([
    [4, '4 ms'],
    [0.31, '0.3 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
    [59_999, '59.9 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [12_000_000, '3 h 20 min'],
    [792_000_000, '9 d 4 h'],
  ])('of %d ms read as a duration', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});

describe('a name', () => {
  test('cannot hide what turns its direction or has no width', () => {
    expect(visible('a\u202Eb\u200Bc\u0000d\u2066')).toBe('a\\u{202e}b\\u{200b}c\\u{0}d\\u{2066}');
  });

  test('keeps its letters, and what joins them', () => {
    const names = ['مستخدم', '👩‍👩‍👧‍👦', 'می‌خواهم', '<img src=x>'];
    expect(names.map(visible)).toEqual(names);
  });
});
