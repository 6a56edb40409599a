import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BEGINNING, type MessageLog, type Outcome, SystemClock } from '@ws-hub/hub';
import { testEnvironment } from '@ws-hub/hub/testing';
import { jetStreamLog } from '@ws-hub/jetstream';
import { NatsServer, nextTurn } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { EventFilter } from '../src/webhooks/event-filter.js';
import { EventQueue } from '../src/webhooks/event-queue.js';
import { LogTail } from '../src/webhooks/log-tail.js';

const SECRET = 'a secret of more than thirty-two bytes';
const COUNT = 1_000;
const IN_MEMORY = 50;

describeWithNats('the tail of a log in JetStream', () => {
  let nats: NatsServer;
  let logs: MessageLog[];
  let lost: (number | undefined)[];
  beforeEach(async () => {
    nats = await NatsServer.start();
    [logs, lost] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.stop()));
    await nats.end();
  });

  async function start(logMaxMessages: number): Promise<MessageLog> {
    const environment = testEnvironment(new SystemClock());
    const log = jetStreamLog({ natsUrls: [nats.url], hubSecret: SECRET, logMaxMessages })(environment);
    logs.push(log);
    log.listen({
      ...{ entry: () => undefined, lostPlace: () => undefined, notice: () => undefined },
      ...{ pressure: () => undefined, failed: () => undefined },
    });
    await log.start();
    return log;
  }
  async function say(log: MessageLog): Promise<void> {
    const draft = { channel: 'main', clientId: 'alice', key: undefined, timestamp: 0, content: 'x' };
    const all = Array.from(
      { length: COUNT },
      () => new Promise<Outcome>((resolve) => log.append(draft, resolve)),
    );
    await Promise.all(all);
  }
  /** The positions that a tail of this log returns, from its beginning on. */
  async function placesOf(log: MessageLog): Promise<number[]> {
    const queue = new EventQueue();
    const tail = new LogTail(log, new EventFilter(['message']), queue, {
      added: () => undefined,
      lost: (messages) => lost.push(messages),
    });
    tail.begin(log.textOf(BEGINNING), log.head);
    // A store is asked several times for entries that it no longer has.
    while (queue.oldest === undefined) {
      await tail.poll();
      await nextTurn();
    }
    return queue.take(COUNT, 1e9).map(({ entry }) => entry.position);
  }

  test('reads what the hub no longer has in memory from the stream', async () => {
    await say(await start(COUNT));
    const places = await placesOf(await start(IN_MEMORY));
    expect(places).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
    expect(lost).toEqual([]);
  });

  test('counts what the stream no longer has either', async () => {
    const log = await start(IN_MEMORY);
    await say(log);
    const places = await placesOf(log);
    expect(places).toEqual(Array.from({ length: IN_MEMORY }, (_, n) => COUNT - IN_MEMORY + n + 1));
    expect(lost).toEqual([COUNT - IN_MEMORY]);
  });
});
