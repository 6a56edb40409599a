import { describe, expect, test } from '@jest/globals';
import { parseJson } from './json.js';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('JSON of a body', () => {
  test.each([
    '{"content":"hi"}',
    '[[[[[[[[1]]]]]]]]',
    '{"a":"[[[[[[[[[[[[{{{{{{{{"}',
    '{"a":"\\\\","b":"\\"[[[[[[[[[["}',
    JSON.stringify({ content: '",'.repeat(5_000) }),
    JSON.stringify(Array.from({ length: 100 }, () => ({ channel: 'a', content: 'x', key: 'k' }))),
  ])('is read as it is: %.60s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['nested arrays', '['.repeat(500_000)],
    ['nested objects', '{"a":'.repeat(9)],
    ['deep after a string', '"[",[[[[[[[[['],
    ['500,000 values', `[${'1,'.repeat(500_000)}1]`],
    ['2,001 members', `{${Array.from({ length: 2_001 }, (_, n) => `"m${n}":1`).join()}}`],
  ])('is refused before it is parsed: %s', (_what, text) => {
    expect(() => parse(text)).toThrow(/nested deeper than 8 levels|more than 2000 values/);
  });

  test.each(['', 'x', '{"a":', '"a', '{"a":1}x', '\\'])('is refused without a word of it: %j', (text) => {
    expect(() => parse(text)).toThrow('the body is not JSON');
  });

  test('is refused if it is not UTF-8', () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('the body is not UTF-8');
  });
});
