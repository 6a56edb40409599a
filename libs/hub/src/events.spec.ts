import { expect, test } from '@jest/globals';
import { HubEvents, type HubObserver } from './events.js';
import { Hub } from './hub.js';
import { HUB_DEFAULTS } from './hub-options.js';
import { memoryLog, plainEncoder } from './index.js';
import { ArrayTransport } from './testing/array-transport.js';
import { TestClock } from './testing/test-clock.js';
import { testEnvironment } from './testing/test-environment.js';

const bug = new Error('a bug');
const broken: HubObserver = {
  disconnected: () => {
    throw bug;
  },
};

test('an error of an observer is reported to all, and does not affect the others', () => {
  const events = new HubEvents();
  const told: unknown[] = [];
  events.attach({
    draining: () => {
      throw bug;
    },
  });
  events.attach({
    draining: (connections) => told.push(connections),
    failed: (what, error) => told.push(what, error),
  });
  events.draining(7, 0);
  expect(told).toEqual(['observer', bug, 7]);
});

test('the drain ends, whatever an observer throws when the last client leaves', async () => {
  const clock = new TestClock();
  const hub = new Hub(HUB_DEFAULTS, memoryLog()(testEnvironment(clock)), clock);
  hub.events.attach(broken);
  const transport = new ArrayTransport();
  const member = { clientId: 'a', channel: 'main', remoteAddress: '127.0.0.1', encoder: plainEncoder };
  const connection = hub.join(transport, member);
  hub.listen(connection, { clientId: 'a', channels: new Set(['main']) });
  const closed = new Promise<void>((resolve) => {
    transport.close = () => resolve();
  });
  const drained = hub.drain();
  await closed;
  hub.guard.run('leave', () => hub.leave(connection, 1012, ''));
  await drained;
  expect(hub.size).toBe(0);
});
