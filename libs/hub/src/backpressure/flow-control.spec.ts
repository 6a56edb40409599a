import { beforeEach, describe, expect, test } from '@jest/globals';
import { User } from '../access/users.js';
import type { PauseReason } from '../connection/connection.js';
import { HubEvents } from '../events.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { TestClock } from '../testing/test-clock.js';
import { SystemClock } from '../time/clock.js';
import { Account } from './account.js';
import { FlowControl, type Paused } from './flow-control.js';

class Publisher implements Paused {
  readonly account = new Account();
  readonly reasons = new Set<PauseReason>();
  onResume: () => void = () => undefined;
  constructor(readonly user?: User) {}
  pause(reason: PauseReason): void {
    this.reasons.add(reason);
  }
  resume(reason: PauseReason): void {
    this.reasons.delete(reason);
    this.onResume();
  }
  isPausedFor(reason: PauseReason): boolean {
    return this.reasons.has(reason);
  }
}

describe('under pressure', () => {
  let flow: FlowControl;
  let publisher: Publisher;
  beforeEach(() => {
    flow = new FlowControl(HUB_DEFAULTS, new SystemClock(), new HubEvents());
    publisher = new Publisher();
  });

  test('a publisher pauses until it is over', () => {
    flow.setPressure(true, 0);
    flow.count(publisher, 1, 0);
    expect([...publisher.reasons]).toEqual(['pressure']);
    flow.setPressure(false, 100);
    expect([...publisher.reasons]).toEqual([]);
  });

  test('a publisher pauses for a second at most, or a few slow readers would silence all', () => {
    flow.setPressure(true, 0);
    flow.count(publisher, 1, 0);
    flow.setPressure(true, 999);
    expect([...publisher.reasons]).toEqual(['pressure']);
    flow.setPressure(true, 1_000);
    expect([...publisher.reasons]).toEqual([]);
  });

  test('nothing is kept of a publisher that has left', () => {
    flow.setPressure(true, 0);
    flow.count(publisher, 1, 0);
    flow.forget(publisher);
    flow.setPressure(false, 100);
    expect([...publisher.reasons]).toEqual(['pressure']);
  });
});

describe('a client that goes beyond its rate of', () => {
  const limits = { ...HUB_DEFAULTS, maxMessageRate: 20, maxByteRate: 1_000, maxRequestRate: 10 };
  let flow: FlowControl;
  beforeEach(() => {
    flow = new FlowControl(limits, new TestClock(), new HubEvents());
  });

  test.each([
    ['messages', 20, (sender: Paused) => flow.count(sender, 1, 0)],
    ['bytes', 4, (sender: Paused) => flow.count(sender, 250, 0)],
    ['requests', 10, (sender: Paused) => flow.countRequest(sender)],
  ])('%s pauses with the first that is too many, until it is paid', async (_what, allowed, say) => {
    const client = new Publisher();
    for (let n = 0; n < allowed; n++) say(client);
    expect([...client.reasons]).toEqual([]);
    const resumed = new Promise<void>((resolve) => {
      client.onResume = resolve;
    });
    say(client);
    expect([...client.reasons]).toEqual(['rate']);
    await resumed;
    expect([...client.reasons]).toEqual([]);
  });
});

test('all clients of a user share a rate of their own', () => {
  const flow = new FlowControl(
    { ...HUB_DEFAULTS, maxMessageRatePerUser: 10 },
    new TestClock(),
    new HubEvents(),
  );
  const user = new User('alice', new Account());
  const [one, other] = [new Publisher(user), new Publisher(user)];
  for (let n = 0; n < 5; n++) for (const client of [one, other]) flow.count(client, 1, 0);
  expect([...one.reasons, ...other.reasons]).toEqual([]);
  flow.count(other, 1, 0);
  expect([...other.reasons]).toEqual(['rate']);
});
