import { describe, expect, test } from '@jest/globals';
import { readMessage } from './v1.read.js';

const MAX_CHANNELS = 100;
const TOO_MANY = Array.from({ length: MAX_CHANNELS + 1 }, (_, n) => `c${n}`);
const read = (message: object) => readMessage(Buffer.from(JSON.stringify(message)), MAX_CHANNELS);

describe('a message of a hub.v1 client', () => {
  test.each(['hello', 'subscribe', 'unsubscribe'])(
    'that is a %s may not name too many channels, nor one twice',
    (type) => {
      expect(read({ type, channels: TOO_MANY })).toEqual({ problem: 'channels: at most 100 channels' });
      expect(read({ type, channels: ['a', 'a'] })).toEqual({
        problem: 'channels: each may be named only once',
      });
    },
  );

  test.each([[TOO_MANY], [['a', 'a']]])(
    'that has no list may have a key of that name, which is ignored',
    (channels) => {
      const publish = { type: 'publish', key: 'k', content: 'x' };
      expect(read({ ...publish, channels })).toEqual({ message: publish });
      expect(read({ type: 'ping', channels })).toEqual({ message: { type: 'ping' } });
    },
  );

  test('that is a bad publish is identified by its key, also if it has such a list', () => {
    expect(read({ type: 'publish', key: 'k', channels: TOO_MANY })).toMatchObject({ key: 'k' });
  });

  test.each([[''], ['nonsense'], ['x'.repeat(128)]])(
    'may have the trace "%s", whatever it is worth',
    (trace) => {
      const publish = { type: 'publish', key: 'k', content: 'x', trace };
      expect(read(publish)).toEqual({ message: publish });
    },
  );

  test.each([[7], [null], [{}], ['x'.repeat(129)]])('may not have the trace %j', (trace) => {
    expect(read({ type: 'publish', key: 'k', content: 'x', trace })).toEqual({
      problem: 'trace: must be a W3C traceparent of at most 128 characters',
      key: 'k',
    });
  });
});
