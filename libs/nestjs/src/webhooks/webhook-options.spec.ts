import { describe, expect, test } from '@jest/globals';
import { EventFilter } from './event-filter.js';
import { isWebhookEvent, WEBHOOK_DEFAULTS, webhookConflict } from './webhook-options.js';

const URL = 'https://app.example/hooks';

describe('an item of webhookEvents', () => {
  test.each(['message', 'message:>', 'channel_occupied:room.*', 'channel_vacated:a.b', 'message:*'])(
    'may be %s',
    (item) => expect(isWebhookEvent(item)).toBe(true),
  );

  test.each([
    '',
    'messages',
    'member_joined',
    'message:',
    'message:a..b',
    'message:>.a',
    'message:a:b',
    ':>',
  ])('may not be "%s"', (item) => expect(isWebhookEvent(item)).toBe(false));

  test('is about the channels of its pattern, and about all without one', () => {
    const filter = new EventFilter(['message:room.*', 'message:news', 'channel_occupied']);
    expect(filter.wants('message', 'room.1')).toBe(true);
    expect(filter.wants('message', 'news')).toBe(true);
    expect(filter.wants('message', 'room.1.private')).toBe(false);
    expect(filter.wants('channel_occupied', 'any.channel')).toBe(true);
    expect(filter.wants('channel_vacated', 'any.channel')).toBe(false);
    expect([filter.has('message'), filter.has('channel_vacated')]).toEqual([true, false]);
    // The position of a message that no hub wrote.
    expect(new EventFilter(['message']).wants('message', '')).toBe(false);
  });
});

describe('options that cannot be together', () => {
  test.each([
    ['events without a URL', { webhookEvents: ['message'] }, 'webhookEvents: only allowed where webhookUrl'],
    ['a URL without a secret', { webhookUrl: URL }, 'webhookSecrets: must be set where webhookUrl is set'],
    [
      'a URL that others can read on the way',
      { webhookUrl: 'http://app.example/?token=x', webhookSecrets: ['s'] },
      'webhookUrl: this URL is not allowed; allowed: an https:// URL, or http:// on loopback',
    ],
    [
      'a URL and no events',
      { webhookUrl: URL, webhookSecrets: ['s'], webhookEvents: [] },
      'webhookEvents: must not be empty',
    ],
  ])('are %s', (_what, options, conflict) => {
    expect(webhookConflict({ ...WEBHOOK_DEFAULTS, ...options })).toMatch(conflict);
  });

  test('are not the defaults, nor a URL with a secret', () => {
    expect(webhookConflict(WEBHOOK_DEFAULTS)).toBeUndefined();
    expect(webhookConflict({ ...WEBHOOK_DEFAULTS, webhookUrl: URL, webhookSecrets: ['s'] })).toBeUndefined();
  });
});
