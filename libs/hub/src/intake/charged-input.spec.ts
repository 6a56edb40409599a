import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nextTurn } from '@ws-hub/testing';
import { FlowControl } from '../backpressure/flow-control.js';
import { WorkBudget } from '../backpressure/work-budget.js';
import { Connection } from '../connection/connection.js';
import { Identity } from '../connection/identities.js';
import { v1Encoder } from '../encoding/v1.encoder.js';
import { HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { ArrayTransport } from '../testing/array-transport.js';
import { TestClock } from '../testing/test-clock.js';
import { Intake } from './intake.js';

describe('what a client sends', () => {
  const clock = new TestClock();
  let budget: WorkBudget;
  let intake: Intake;
  let connection: Connection;
  let handled: string[];
  beforeEach(() => {
    const events = new HubEvents();
    budget = new WorkBudget(clock, new Guard(events));
    intake = new Intake(budget, new FlowControl(HUB_DEFAULTS, clock, events), clock);
    const member = { clientId: 'alice', encoder: v1Encoder, channel: 'main', remoteAddress: '' };
    connection = new Connection(new ArrayTransport(), member, 0);
    handled = [];
    connection.receiver = {
      receive: (_connection, data) => {
        handled.push(data.toString());
        // More than its share for a while.
        if (data.toString() === 'costly') clock.nowMs += 30;
      },
    };
  });
  afterEach(() => {
    budget.stop();
  });

  const receive = (text: string) => intake.receive(connection, Buffer.from(text), false);

  test('is charged to it: a client over its share comes after the others', () => {
    connection.identity = new Identity('alice');
    expect(budget.laneOf(connection.account, clock.nowMs)).toBe('light');
    receive('costly');
    expect(budget.laneOf(connection.account, clock.nowMs)).toBe('heavy');
  });

  test('waits while it is held for something else, and is handled in its order when it is not', async () => {
    connection.pause('rate');
    for (const text of ['first', 'second']) receive(text);
    expect([handled, connection.isPausedFor('work')]).toEqual([[], true]);
    connection.resume('rate');
    await nextTurn();
    expect([handled, connection.isPaused]).toEqual([['first', 'second'], false]);
  });
});
