import { describe, expect, test } from '@jest/globals';
import { PathHint } from './path-hint.js';

const NOT_FOUND = { httpStatus: 404 };
const REFUSED = { error: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) };

describe('the hint at the path of a hub', () => {
  test.each([
    ['ws://host:8080', NOT_FOUND, 'ws://host:8080/ws'],
    ['ws://host:8080/', { httpStatus: 426 }, 'ws://host:8080/ws'],
    ['ws://host:8080/', REFUSED, 'ws://host:8080/ws'],
    ['wss://host/chat?channel=lobby', NOT_FOUND, 'wss://host/ws'],
    ['wss://me:hunter2@host/?access_token=hunter2', NOT_FOUND, 'wss://host/ws'],
  ])('names, for %s, the URL to try', (url, attempt, expected) => {
    expect(new PathHint(url).after(attempt)).toBe(`the hub listens at /ws: try ${expected}`);
  });

  test.each([
    ['ws://host:8080/ws', NOT_FOUND],
    ['ws://host:8080/live/ws', NOT_FOUND],
    ['ws://host:8080/ws', REFUSED],
    ['ws://host:8080/live', REFUSED],
    ['ws://host:8080', { httpStatus: 503 }],
    ['ws://host:8080', { error: new Error('the handshake was not answered') }],
    ['ws://host:8080', {}],
  ])('is not given for %s after %j', (url, attempt) => {
    expect(new PathHint(url).after(attempt)).toBeUndefined();
  });

  test('is given once', () => {
    const hint = new PathHint('ws://host:8080');
    expect(hint.after({})).toBeUndefined();
    expect(hint.after(REFUSED)).toBeDefined();
    expect(hint.after(NOT_FOUND)).toBeUndefined();
  });
});
