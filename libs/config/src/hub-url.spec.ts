import { describe, expect, test } from '@jest/globals';
import { hubHttpUrl } from './hub-url.js';

describe('where a hub speaks HTTP', () => {
  test.each([
    ['ws://127.0.0.1:8080/ws', 'http://127.0.0.1:8080/'],
    ['wss://hub.example.org/ws/', 'https://hub.example.org/'],
    ['ws://[::1]:80/live/ws', 'http://[::1]/live'],
    ['wss://hub.example.org', 'https://hub.example.org/'],
    ['ws://hub.example.org/news', 'http://hub.example.org/news'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/'],
    ['https://hub.example.org/live/ws', 'https://hub.example.org/live/ws'],
    ['ws://user:secret@hub.example.org/ws', 'http://hub.example.org/'],
  ])('is, for %s, %s', (url, base) => {
    expect(hubHttpUrl(url)).toEqual({ base, channel: undefined, token: undefined });
  });

  test('takes a channel and a token from its query', () => {
    expect(hubHttpUrl('ws://hub/ws?channel=a&access_token=secret&x=y')).toEqual({
      ...{ base: 'http://hub/', channel: 'a', token: 'secret' },
    });
  });
});
