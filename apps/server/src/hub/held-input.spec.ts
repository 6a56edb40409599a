import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { nextTurn, type SocketPair, socketPair } from '@ws-hub/testing';
import { PinoLogger } from 'nestjs-pino';
import { serverCommand } from '../config/server.config.js';
import { TestClock } from '../time/test-clock.js';
import { Connection } from './connection.js';
import { FlowControl } from './flow-control.js';
import { Guard } from './guard.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { Identity } from './identities.js';
import { Intake } from './intake.js';
import { WorkBudget } from './work-budget.js';

describe('what a client sends', () => {
  const clock = new TestClock();
  const config = readConfig(serverCommand, { argv: [], env: {}, dotenv: {} });
  let metrics: HubMetrics;
  let budget: WorkBudget;
  let intake: Intake;
  let pair: SocketPair;
  let connection: Connection;
  let handled: string[];
  beforeEach(async () => {
    metrics = new HubMetrics();
    const log = new HubLog(new PinoLogger({ pinoHttp: { level: 'silent' } }));
    const guard = new Guard(log, metrics, clock);
    budget = new WorkBudget(clock, guard);
    intake = new Intake(budget, new FlowControl(config, clock, metrics), clock);
    pair = await socketPair();
    const { transport } = pair;
    const member = {
      clientId: 'alice',
      dialect: 'v1',
      channel: 'main',
      remoteAddress: '',
      transport,
    } as const;
    connection = new Connection(pair.socket, member, 0);
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
    pair.end();
    budget.onApplicationShutdown();
    metrics.onApplicationShutdown();
  });

  const receive = (text: string) => intake.receive(connection, Buffer.from(text), false);

  test('is charged to it: who causes more than its share goes behind the others', () => {
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
