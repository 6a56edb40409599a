import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLOSE } from '@ws-hub/protocol';
import { nextTurn } from '@ws-hub/testing';
import { Account } from '../backpressure/account.js';
import type { FlowControl } from '../backpressure/flow-control.js';
import { WorkBudget } from '../backpressure/work-budget.js';
import type { Connection } from '../connection/connection.js';
import { Identity } from '../connection/identities.js';
import { HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { TestClock } from '../testing/test-clock.js';
import { Intake } from './intake.js';

const TURN_MS = 8;

describe('what clients send', () => {
  let clock: TestClock;
  let budget: WorkBudget;
  let intake: Intake;
  let handled: string[];
  beforeEach(() => {
    clock = new TestClock();
    budget = new WorkBudget(clock, new Guard(new HubEvents()));
    intake = new Intake(budget, { count: () => undefined } as unknown as FlowControl, clock);
    handled = [];
  });
  afterEach(() => {
    budget.stop();
  });

  function connection(name: string, identity?: Identity, receive: () => void = () => undefined): Connection {
    const closed: number[] = [];
    return {
      identity,
      account: identity?.account ?? new Account(),
      receiver: {
        receive: (_: Connection, data: Buffer) => {
          handled.push(`${name} ${data}`);
          receive();
        },
      },
      closed,
      close: (code: number) => closed.push(code),
      pause: () => undefined,
      resume: () => undefined,
    } as unknown as Connection;
  }
  const say = (to: Connection, content: string) => intake.receive(to, Buffer.from(content), false);
  const spendTheTurn = () => {
    budget.defer(TURN_MS * 1_000, undefined);
  };

  test('is handled at once while the turn has room', () => {
    say(connection('a'), 'hello');
    expect(handled).toEqual(['a hello']);
  });

  test('waits behind the messages of connected clients, if it is a first message', async () => {
    spendTheTurn();
    say(connection('newcomer'), 'hello');
    say(connection('resident', new Identity('r')), 'message');
    expect(handled).toEqual([]);
    await nextTurn();
    expect(handled).toEqual(['resident message', 'newcomer hello']);
  });

  test('stays in its order behind what waits of the same client', async () => {
    const resident = connection('a', new Identity('a'));
    spendTheTurn();
    say(resident, '1');
    await nextTurn();
    spendTheTurn();
    say(resident, '2');
    say(resident, '3');
    await nextTurn();
    expect(handled).toEqual(['a 1', 'a 2', 'a 3']);
  });

  function broken(identity: Identity): Connection & { closed: number[] } {
    const bug = () => {
      clock.nowMs += 50;
      throw new Error('a bug');
    };
    return connection('broken', identity, bug) as Connection & { closed: number[] };
  }

  test('is charged for also when it hits a bug, which the caller gets to see', async () => {
    const identity = new Identity('broken');
    expect(() => say(broken(identity), '1')).toThrow('a bug');
    expect(budget.laneOf(identity.account, clock.nowMs)).toBe('heavy');
    say(connection('b', new Identity('b')), '2');
    await nextTurn();
    expect(handled).toEqual(['broken 1', 'b 2']);
  });

  test('ends its connection when it waited and then hits a bug, and is charged; others are not affected', async () => {
    const identity = new Identity('broken');
    const sender = broken(identity);
    spendTheTurn();
    say(sender, '1');
    say(sender, 'never handled');
    say(connection('b', new Identity('b')), '2');
    await nextTurn();
    await nextTurn();
    expect([sender.closed, handled]).toEqual([[CLOSE.internalError], ['broken 1', 'b 2']]);
    expect(budget.laneOf(identity.account, clock.nowMs)).toBe('heavy');
  });
});
