import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type Draft, type Outcome, positionAt, SystemClock } from '@ws-hub/hub';
import { Inbox, NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { Appender } from '../src/appender.js';
import { EntryMessages } from '../src/entry-message.js';
import { draft } from './jetstream-nodes.js';

const MAX_PENDING = 100;
const TIMEOUT_MS = 60_000;
const REFUSED = JSON.stringify({ error: { code: 503, err_code: 10_008, description: 'not now' }, seq: 0 });
const stored = (seq: number) => JSON.stringify({ stream: 's', seq });

class MovedClock extends SystemClock {
  movedMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.movedMs;
  }
}

/** Fails to convert one draft. */
class UnsendableMessages extends EntryMessages {
  override messageOf(draft: Draft, key: string) {
    if (draft.content === 'unsendable') throw new TypeError('a bug');
    return super.messageOf(draft, key);
  }
}

describeWithNats('what a hub appends to the stream', () => {
  let nats: NatsServer;
  /** In place of JetStream; the test controls its answers. */
  let stream: NatsConnection;
  let hub: NatsConnection;
  let sent: Inbox<Msg>;
  let clock: MovedClock;
  let appender: Appender;
  let failures: string[];
  const made: Appender[] = [];
  let pressure: boolean[];

  beforeAll(async () => {
    nats = await NatsServer.start();
  });
  beforeEach(async () => {
    [stream, hub] = await Promise.all([connect({ servers: nats.url }), connect({ servers: nats.url })]);
    sent = new Inbox();
    pressure = [];
    clock = new MovedClock();
    failures = [];
    appender = make('hub');
    stream.subscribe('hub.>', { callback: (_error, message) => sent.push(message) });
    await stream.flush();
  });
  afterEach(async () => {
    for (const each of made.splice(0)) each.end();
    await Promise.all([stream.close(), hub.close()]);
  });
  afterAll(() => nats.end());

  function make(prefix: string): Appender {
    const settings = {
      hubSecretPrevious: '',
      hubSecret: 'x'.repeat(32),
      natsSubjectPrefix: prefix,
      maxPayload: 1_000,
    };
    const appender = new Appender(
      { maxPending: MAX_PENDING, timeoutMs: TIMEOUT_MS },
      new UnsendableMessages(settings),
      clock,
      { pressure: (on) => pressure.push(on), failed: (what) => failures.push(what) },
    );
    made.push(appender);
    return appender;
  }

  const append = (content: string, clientId = 'alice') =>
    new Promise<Outcome>((resolve) => appender.append(draft(content, content, clientId), resolve));

  const next = async (): Promise<Msg> => (await sent.next()) as Msg;

  /** Answers, and resolves when the hub has the answer. */
  async function answer(message: Msg, text: string): Promise<void> {
    message.respond(text);
    await stream.flush();
    await hub.flush();
  }

  test('is sent in order: newer drafts wait for temporarily rejected ones', async () => {
    appender.open(hub);
    void append('first');
    await answer(await next(), REFUSED);
    void append('second');
    expect([(await next()).string(), (await next()).string()]).toEqual(['first', 'second']);
  });

  test('is sent again if all that is known of it is that it is on its way', async () => {
    appender.open(hub);
    const outcome = append('first');
    await answer(await next(), JSON.stringify({ stream: 's', seq: 0, duplicate: true }));
    await answer(await next(), JSON.stringify({ stream: 's', seq: 7, duplicate: true }));
    expect(await outcome).toEqual({ result: 'duplicate', position: 7 });
  });

  test('is given up with all later messages of its sender, and with none of others', async () => {
    const first = append('first');
    clock.movedMs += TIMEOUT_MS / 2;
    const second = append('second');
    void append('of another', 'bob');
    clock.movedMs += TIMEOUT_MS / 2;
    expect(await first).toMatchObject({ result: 'unavailable' });
    expect(appender.size).toBe(1);
    expect(await second).toMatchObject({ result: 'unavailable' });
    appender.open(hub);
    expect((await next()).string()).toBe('of another');
  });

  test('is sent again to a stream that was made again, also if the one before had stored it', async () => {
    appender.open(hub);
    void append('first');
    await answer(await next(), stored(1));
    appender.close();
    appender.open(hub);
    void append('second');
    expect([(await next()).string(), (await next()).string()]).toEqual(['first', 'second']);
  });

  test('is given up with later messages of its sender if it cannot be sent, and none of others are', async () => {
    const outcomes = [append('first'), append('unsendable'), append('third')];
    void append('of another', 'bob');
    appender.open(hub);
    expect([(await next()).string(), (await next()).string()]).toEqual(['first', 'of another']);
    for (const outcome of outcomes.slice(1)) expect(await outcome).toMatchObject({ result: 'unavailable' });
    expect([failures, appender.size]).toEqual([['append'], 2]);
  });

  test('continues after an answer that it cannot handle, and sends again', async () => {
    appender.open(hub);
    const outcome = append('first');
    await answer(await next(), 'not JSON');
    expect(failures).toEqual(['answer of the log']);
    clock.movedMs += TIMEOUT_MS;
    expect(await outcome).toMatchObject({ result: 'unavailable' });
  });

  test('is answered also if it was stored and never returns', async () => {
    appender.open(hub);
    const outcomes: Outcome[] = [];
    appender.append(draft('first', 'k'), (outcome) => outcomes.push(outcome));
    await answer(await next(), stored(1));
    clock.movedMs += TIMEOUT_MS;
    await appender.settledSoFar();
    expect(outcomes).toMatchObject([{ result: 'unavailable' }]);
  });

  test('stays where it is while the stream is out of reach, whatever is answered late', async () => {
    appender.open(hub);
    void append('first');
    const early = await next();
    appender.close();
    await answer(early, REFUSED);
    // Another one that is rejected later, and sends again: by then the first one would have.
    const other = make('hub.other');
    other.open(hub);
    other.append(draft('of the other', 'k'), undefined);
    await answer(await next(), REFUSED);
    expect((await next()).string()).toBe('of the other');
    void append('second');
    appender.open(hub);
    expect([(await next()).string(), (await next()).string()]).toEqual(['first', 'second']);
  });

  test('counts each time that it is published again meanwhile, and answers every one', async () => {
    const outcomes: string[] = [];
    const again = () => appender.append(draft('same', 'k'), ({ result }) => outcomes.push(result));
    for (let n = 0; n < MAX_PENDING; n++) again();
    expect([appender.size, pressure, outcomes]).toEqual([MAX_PENDING, [true], []]);
    for (let n = 0; n < 2 * MAX_PENDING; n++) again();
    const refused = Array.from({ length: MAX_PENDING }, () => 'unavailable');
    expect([appender.size, outcomes]).toEqual([2 * MAX_PENDING, refused]);
    appender.open(hub);
    const { headers } = await next();
    appender.seen(headers?.get('Nats-Msg-Id') ?? '', positionAt(1));
    const stored = Array.from({ length: 2 * MAX_PENDING }, () => 'stored');
    expect([appender.size, pressure, outcomes]).toEqual([0, [true, false], [...refused, ...stored]]);
  });
});
