import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from '../connection/connection.js';
import { v1Encoder } from '../encoding/v1.encoder.js';
import { Hub } from '../hub.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { type MessageLog, parsePosition } from '../log/index.js';
import { memoryLog } from '../log/memory.log.js';
import { ArrayTransport } from '../testing/array-transport.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';
import { type HeardChannel } from './inspection.js';

describe('the inspection of a hub', () => {
  let clock: TestClock;
  let log: MessageLog;
  let hub: Hub;
  beforeEach(() => {
    clock = new TestClock();
    log = memoryLog()(testEnvironment(clock));
    hub = new Hub(HUB_DEFAULTS, log, clock);
  });
  afterEach(() => {
    hub.stop();
  });

  function join(
    clientId: string,
    ...channels: string[]
  ): { connection: Connection; transport: ArrayTransport } {
    const transport = new ArrayTransport();
    const member = { clientId, encoder: v1Encoder, channel: 'main', remoteAddress: '10.0.0.1' };
    const connection = hub.join(transport, member);
    hub.listen(connection, { clientId, channels: new Set(channels) });
    return { connection, transport };
  }

  function say(channel: string, times = 1): void {
    for (let said = 0; said < times; said++) hub.publish({ clientId: 'speaker', channel, content: 'x' });
  }

  function heard(channel: string): HeardChannel {
    const found = [...hub.inspection.heard()].find((each) => each.channel === channel);
    if (found === undefined) throw new Error(`nobody hears ${channel}`);
    return found;
  }

  test('returns the cursor of a connection without sending what waits for it', () => {
    const { connection, transport } = join('a', 'news');
    const before = hub.inspection.cursorOf(connection);
    expect(before).toBe(log.head);
    say('news', 2);
    expect(hub.inspection.cursorOf(connection)).toBe(before);
    expect(transport.written).toEqual([]);
    hub.cursorOf(connection);
    expect(transport.written).toHaveLength(1);
    expect(hub.inspection.cursorOf(connection)).toBe(log.head);
  });

  test('knows that one connection was sent more than the others of its audience', () => {
    const [first, second] = [join('a', 'news'), join('b', 'news')];
    say('news', 3);
    hub.cursorOf(first.connection);
    expect(hub.inspection.cursorOf(first.connection)).toBe(log.head);
    expect(hub.inspection.cursorOf(second.connection)).toBe(parsePosition(`${log.epoch}-0`)?.position);
  });

  test('returns no cursor of one without subscriptions', () => {
    const member = { clientId: 'a', encoder: v1Encoder, channel: 'main', remoteAddress: '10.0.0.1' };
    expect(hub.inspection.cursorOf(hub.join(new ArrayTransport(), member))).toBeUndefined();
  });

  test('measures messages a second between two looks, whether each has one listener or many', () => {
    join('a', 'one', 'both');
    join('b', 'both');
    expect(heard('both').messagesPerSecond(0)).toBe(0);
    say('both', 10);
    say('one', 4);
    clock.nowMs = 2_000;
    expect(heard('both').messagesPerSecond(2_000)).toBe(5);
    expect(heard('both').messagesPerSecond(2_500)).toBe(5);
    expect(heard('both').messagesPerSecond(3_500)).toBe(0);
    expect([heard('both').listeners, heard('one').listeners]).toEqual([2, 1]);
  });

  test('looks at how long bytes wait, and sets no mark', () => {
    const { connection, transport } = join('a', 'news');
    transport.queuedBytes = 100;
    say('news');
    hub.cursorOf(connection);
    expect([...hub.inspection.slow]).toEqual([connection]);
    clock.nowMs = 3_000;
    expect(hub.inspection.queueAgeMs(connection)).toBe(3_000);
    transport.queuedBytes = 0;
    expect(hub.inspection.queueAgeMs(connection)).toBe(0);
  });

  test('finds the connections of a client without looking at the others', () => {
    const { connection } = join('a', 'news');
    join('b', 'news');
    expect(hub.inspection.connectionsOf('a')).toEqual([connection]);
    expect(hub.inspection.connectionsOf('nobody')).toEqual([]);
  });
});
