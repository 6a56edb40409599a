import { beforeEach, describe, expect, test } from '@jest/globals';
import { Hub } from '../hub.js';
import { HUB_DEFAULTS, type HubOptions } from '../hub-options.js';
import { type MessageLog, memoryLog } from '../log/index.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';
import type { PublishOutcome } from './publish-request.js';
import { Speaker } from './speaker.js';

const CHANNEL = 'orders';
const PUBLISH_ORDERS = { rights: [{ match: 'orders', allow: ['publish' as const] }] };

let clock: TestClock;
let log: MessageLog;
let hub: Hub;

function begin(options: Partial<HubOptions> = {}): void {
  clock = new TestClock();
  log = memoryLog()(testEnvironment(clock));
  hub = new Hub({ ...HUB_DEFAULTS, ...options }, log, clock);
}

/** The result of a message of a client without a connection. */
function say(channel: string, key?: string): PublishOutcome | undefined {
  const speaker = new Speaker(
    'key.shop',
    hub.accessOf(PUBLISH_ORDERS),
    hub.accountOf('key.shop'),
    '::1',
    channel,
  );
  let outcome: PublishOutcome | undefined;
  hub.publish(
    { clientId: speaker.clientId, channel, content: 'hi', key },
    (settled) => {
      outcome = settled;
    },
    speaker,
  );
  return outcome;
}

beforeEach(() => begin());

describe('a client without a connection', () => {
  test('publishes under its own name, and once under one key', () => {
    expect(say(CHANNEL, 'k')?.result).toBe('stored');
    expect(say(CHANNEL, 'k')?.result).toBe('duplicate');
    expect(log.size).toBe(1);
  });

  test('is reported as the sender', () => {
    const senders: unknown[] = [];
    hub.events.attach({ stored: (_entry, sender) => senders.push(sender?.clientId) });
    say(CHANNEL);
    expect(senders).toEqual(['key.shop']);
  });

  test('is rejected without the right, with a reason', () => {
    const refused: unknown[] = [];
    hub.events.attach({
      forbidden: (client, action, channels) => refused.push([client.clientId, action, channels]),
    });
    expect(say('secrets')?.result).toBe('forbidden');
    expect(refused).toEqual([['key.shop', 'publish', ['secrets']]]);
    expect(log.size).toBe(0);
  });
});

describe('of messages that cannot be slowed down', () => {
  test('those above the rate of their client are rejected, and not counted', () => {
    begin({ maxMessageRate: 10 });
    const account = hub.accountOf('key.shop');
    expect(hub.admit(account, undefined, 10, 1)).toBe(0);
    // On credit.
    expect(hub.admit(account, undefined, 5, 1)).toBe(0);
    expect(hub.admit(account, undefined, 1, 1)).toBe(500);
    expect(hub.admit(account, undefined, 1, 1)).toBe(500);
    clock.nowMs += 500;
    expect(hub.admit(account, undefined, 1, 1)).toBe(0);
  });

  test('those of a user count on all clients of that user', () => {
    begin({ maxMessageRatePerUser: 10 });
    expect(hub.admit(hub.accountOf('a'), 'alice', 11, 1)).toBe(0);
    expect(hub.admit(hub.accountOf('b'), 'alice', 1, 1)).toBe(100);
    expect(hub.admit(hub.accountOf('b'), 'bob', 1, 1)).toBe(0);
  });

  test('a client has one account, whether or not it is known', () => {
    expect(hub.accountOf('a')).toBe(hub.accountOf('a'));
    expect(hub.accountOf('a')).not.toBe(hub.accountOf('b'));
  });
});

test('the end waits for what was accepted, also without connections', async () => {
  let stored = (): void => undefined;
  log.settled = () =>
    new Promise((resolve) => {
      stored = resolve;
    });
  const order: string[] = [];
  const drained = hub.drain().then(() => order.push('drained'));
  await new Promise((resolve) => setImmediate(resolve));
  order.push('stored');
  stored();
  await drained;
  expect(order).toEqual(['stored', 'drained']);
});
