import { describe, expect, test } from '@jest/globals';
import { envelope, envelopePrefix, parseEnvelope } from './envelope.js';

const prefix = envelopePrefix('abc');

describe('the envelope', () => {
  test('has exactly three keys, in the order of the contract', () => {
    expect(envelope(prefix, 1234567890, 'hello')).toBe(
      '{"client_id":"abc","timestamp":1234567890,"content":"hello"}',
    );
  });

  test.each(['', '{"client_id":"x"}', 'ünï 漢字 🙂', 'a"b\\c\n\0', '\uFEFFbom', '\u2028'])(
    'gives the content %j back as it was sent',
    (content) => {
      expect(parseEnvelope(envelope(prefix, 1, content)).content).toBe(content);
    },
  );

  test.each([
    '{}',
    '[]',
    'null',
    '{"client_id":1,"timestamp":1,"content":""}',
    '{"client_id":"a","timestamp":1.5,"content":""}',
  ])('is not %s', (text) => {
    expect(() => parseEnvelope(text)).toThrow('not an envelope');
  });
});
