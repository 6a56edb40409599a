import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nextTurn } from '@ws-hub/testing';
import type { AccessTerms } from '../access/access.js';
import type { Connection } from '../connection/connection.js';
import { v1Encoder } from '../encoding/v1.encoder.js';
import { Hub } from '../hub.js';
import { HUB_DEFAULTS, type HubOptions } from '../hub-options.js';
import type { Entry, MessageLog } from '../log/index.js';
import { memoryLog } from '../log/memory.log.js';
import { ArrayTransport } from '../testing/array-transport.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';
import type { Fate } from './fate.js';
import { Fates, MAX_FATES } from './fates.js';
import type { Recorder } from './recorder.js';

const MIB = 1024 * 1024;
/** More than one part of a replay. */
const LONG = 'x'.repeat(50_000);

let clock: TestClock;
let log: MessageLog;
let hub: Hub;
let recorder: Recorder;

function start(maxBytes = MIB, options: Partial<HubOptions> = {}, logMaxMessages = 1_000): void {
  clock = new TestClock();
  log = memoryLog({ logMaxMessages })(testEnvironment(clock));
  hub = new Hub({ ...HUB_DEFAULTS, ...options }, log, clock);
  recorder = hub.record(maxBytes);
}

beforeEach(() => start());
afterEach(() => hub.stop());

interface Joined {
  readonly connection: Connection;
  readonly transport: ArrayTransport;
}

function join(
  clientId: string,
  channels: readonly string[],
  since?: string,
  terms: AccessTerms = {},
): Joined {
  const transport = new ArrayTransport();
  const access = hub.accessOf(terms);
  const member = { clientId, encoder: v1Encoder, channel: 'main', remoteAddress: '10.0.0.1', access };
  const connection = hub.join(transport, member);
  hub.listen(connection, { clientId, channels: new Set(channels), since });
  return { connection, transport };
}

function leave({ connection, transport }: Joined, code = 1000): void {
  transport.isOpen = false;
  hub.leave(connection, code, '');
}

/** The client's kernel accepts no more: what was written waits. */
function stall({ connection, transport }: Joined): void {
  transport.queuedBytes = 5_000;
  hub.tell(connection, Buffer.from('x'));
}

function say(channel: string, content = 'x', key?: string): Entry {
  hub.publish({ clientId: 'speaker', channel, content, key });
  return log.read((log.head - 1) as Entry['position'], 1)[0] as Entry;
}

function at(ms: number): void {
  clock.nowMs = ms;
  clock.wallSeconds = ms / 1_000;
}

/** Publishes and flushes it 100 ms later. */
async function sayNow(channel: string): Promise<Entry> {
  at(clock.nowMs + 100);
  const entry = say(channel);
  await nextTurn();
  return entry;
}

function verdictsOf(entry: Entry, clientId: string) {
  const said = { ...entry, hasKey: entry.key !== undefined };
  return [...recorder.of(clientId)].map((recorded) => recorder.verdict(said, recorded));
}

function fateOf(entry: Entry, clientId: string): [Fate | undefined, string] {
  const [verdict] = verdictsOf(entry, clientId);
  return [verdict?.fate, verdict?.say() ?? ''];
}

describe('what became of a message', () => {
  test('delivered: it was written, and nothing that was written since waits', async () => {
    join('a', ['x']);
    at(1_000);
    const entry = await sayNow('x');
    at(2_000);
    expect(fateOf(entry, 'a')).toEqual(['delivered', expect.stringContaining('by 1970-01-01T00:00:01.100Z')]);
    expect(verdictsOf(entry, 'a')[0]?.atMs).toBe(1_100);
  });

  test('delivered: also where it was written before its client stopped reading', async () => {
    const joined = join('a', ['x']);
    const entry = await sayNow('x');
    at(150);
    stall(joined);
    const later = await sayNow('x');
    expect([fateOf(entry, 'a')[0], fateOf(later, 'a')[0]]).toEqual(['delivered', 'queued']);
  });

  test('queued: it was not flushed yet', () => {
    join('a', ['x']);
    expect(fateOf(say('x'), 'a')).toEqual(['queued', expect.stringContaining('next flush')]);
  });

  test('queued: it may be among the bytes that wait', async () => {
    const joined = join('a', ['x']);
    at(100);
    stall(joined);
    at(200);
    const entry = await sayNow('x');
    expect(fateOf(entry, 'a')).toEqual([
      'queued',
      expect.stringMatching(/5000 bytes, written since .*00\.100Z/),
    ]);
  });

  test('replayed: it was read from the log', async () => {
    const since = log.textOf(log.head);
    const entry = say('x');
    at(700);
    join('a', ['x'], since);
    await nextTurn();
    const later = await sayNow('x');
    expect(fateOf(entry, 'a')).toEqual(['replayed', expect.stringContaining('00.700Z')]);
    expect(fateOf(later, 'a')[0]).toBe('delivered');
  });

  test('replaying: its replay has not reached the message', async () => {
    const since = log.textOf(log.head);
    const [first] = [say('x', LONG), say('x', LONG), say('x', LONG), say('x', LONG), say('x', LONG)];
    const last = say('x', LONG);
    const { transport } = join('a', ['x'], since);
    // The kernel never accepts the first part.
    transport.writeAll = (buffers) => transport.written.push(...buffers);
    await nextTurn();
    expect([fateOf(first, 'a')[0], fateOf(last, 'a')[0]]).toEqual(['replayed', 'replaying']);
    expect(fateOf(last, 'a')[1]).toMatch(/[1-5] positions before/);
  });

  test('sent_by_it: no client is sent its own', async () => {
    join('speaker', ['x']);
    const plain = await sayNow('x');
    expect(verdictsOf(plain, 'speaker')[0]).toMatchObject({ fate: 'sent_by_it', atMs: undefined });
    at(1_000);
    const keyed = say('x', 'x', 'k1');
    expect(fateOf(keyed, 'speaker')[1]).not.toContain('acknowledged');
    await nextTurn();
    expect(fateOf(keyed, 'speaker')).toEqual([
      'sent_by_it',
      expect.stringContaining('acknowledged by 1970-01-01T00:00:01.000Z'),
    ]);
  });

  test('slow: it was ended for being slow before it was sent', async () => {
    const joined = join('a', ['x']);
    at(100);
    stall(joined);
    const written = await sayNow('x');
    joined.transport.queuedBytes = HUB_DEFAULTS.maxQueuedBytes + 1;
    at(800);
    const cutOff = await sayNow('x');
    expect(joined.transport.closedWith?.code).toBe(1013);
    leave(joined, 1006);
    const missed = await sayNow('x');
    expect(fateOf(written, 'a')[0]).toBe('slow');
    expect(fateOf(cutOff, 'a')).toEqual([
      'slow',
      expect.stringMatching(/1013.*too many bytes.*800 ms at least/),
    ]);
    expect(fateOf(missed, 'a')).toEqual(['not_connected', expect.stringContaining('1013')]);
  });

  test('slow: not what was written before anything had to wait', async () => {
    const joined = join('a', ['x']);
    const before = await sayNow('x');
    at(150);
    transportFull(joined);
    await nextTurn();
    await sayNow('x');
    expect(joined.transport.closedWith?.code).toBe(1013);
    expect(fateOf(before, 'a')[0]).toBe('delivered');
  });

  test('forbidden: it requested the channel and may not subscribe to it', async () => {
    const terms = { rights: [{ match: 'y', allow: ['subscribe'] }] } as AccessTerms;
    join('a', ['x'], undefined, terms);
    const entry = await sayNow('x');
    expect(fateOf(entry, 'a')).toEqual(['forbidden', expect.stringContaining('may not subscribe to x')]);
  });

  test('forbidden: its rights were withdrawn, from then on', async () => {
    const { connection } = join('a', ['x'], undefined, { user: 'u' });
    const before = await sayNow('x');
    hub.authorize(connection, hub.accessOf({ user: 'u', rights: [] }));
    const after = await sayNow('x');
    expect([fateOf(before, 'a')[0], fateOf(after, 'a')[0]]).toEqual(['delivered', 'forbidden']);
    expect(fateOf(after, 'a')[1]).toContain('rights to x were withdrawn');
  });

  test('not_subscribed: it was not subscribed to the channel at the time', async () => {
    const { connection } = join('a', ['x']);
    const early = await sayNow('y');
    hub.subscribe(connection, ['y']);
    const heard = await sayNow('y');
    hub.unsubscribe(connection, ['y']);
    const late = await sayNow('y');
    expect(fateOf(early, 'a')).toEqual(['not_subscribed', expect.stringContaining('it subscribed at')]);
    expect(fateOf(heard, 'a')[0]).toBe('delivered');
    expect(fateOf(late, 'a')).toEqual(['not_subscribed', expect.stringContaining('it had unsubscribed')]);
  });

  test('not_connected: it came later, or had left', async () => {
    const early = await sayNow('x');
    const joined = join('a', ['x']);
    leave(joined, 1001);
    const late = await sayNow('x');
    expect(fateOf(early, 'a')).toEqual(['not_connected', expect.stringContaining('after the message')]);
    expect(fateOf(late, 'a')).toEqual(['not_connected', expect.stringContaining('(1001)')]);
  });

  test('not_connected: messages between the close of the hub and the end of the socket are not sent', async () => {
    const joined = join('a', ['x']);
    const before = await sayNow('x');
    joined.connection.close(1008, 'enough');
    const between = await sayNow('x');
    leave(joined, 1006);
    expect(fateOf(before, 'a')[0]).toBe('delivered');
    expect(fateOf(between, 'a')).toEqual(['not_connected', expect.stringContaining('(1008, enough)')]);
  });

  test('gap: not everything was kept after the place where it resumed', async () => {
    start(MIB, {}, 2);
    const since = log.textOf(log.head);
    const lost = [say('x'), say('x'), say('x')];
    join('a', ['x'], since);
    expect(fateOf(lost[2] as Entry, 'a')).toEqual(['gap', expect.stringContaining('no longer kept')]);
  });

  test('gap: it has no right to the history', async () => {
    say('x');
    const since = log.textOf(log.head);
    const entry = say('x');
    join('a', ['x'], since, { rights: [{ match: 'x', allow: ['subscribe'] }] } as AccessTerms);
    expect(fateOf(entry, 'a')).toEqual(['gap', expect.stringContaining('no right to the history')]);
  });

  test('unknown: it ended while bytes waited that may be those of the message', async () => {
    const joined = join('a', ['x']);
    stall(joined);
    const entry = await sayNow('x');
    leave(joined, 1006);
    expect(fateOf(entry, 'a')).toEqual(['unknown', expect.stringContaining('5000 bytes')]);
  });

  test('unknown: so much happened that it was forgotten', async () => {
    const { connection } = join('a', ['x']);
    const entry = await sayNow('x');
    for (let n = 0; n < 40; n++) {
      say('z');
      hub.subscribe(connection, [`y${n}`]);
    }
    expect(fateOf(entry, 'a')).toEqual(['unknown', expect.stringContaining('forgotten')]);
    expect(fateOf(await sayNow('x'), 'a')[0]).toBe('delivered');
  });
});

/** Accepts nothing, and more waits than allowed. */
function transportFull({ connection, transport }: Joined): void {
  transport.queuedBytes = HUB_DEFAULTS.maxQueuedBytes + 1;
  hub.tell(connection, Buffer.from('x'));
}

describe('all fates', () => {
  test('are reported for the clients that the message concerned, the worst first', async () => {
    const slow = join('slow', ['x']);
    join('good', ['x']);
    join('other', ['y']);
    join('speaker', ['x']);
    leave(join('gone', ['x']));
    stall(slow);
    const entry = await sayNow('x');
    join('late', ['x']);
    const fates = new Fates(recorder, { ...entry, hasKey: false });
    for (const each of recorder.of()) fates.add(each);
    expect(
      fates.told().map(({ recorded, verdict }) => [recorded.timeline.who.clientId, verdict.fate]),
    ).toEqual([
      ['slow', 'queued'],
      ['speaker', 'sent_by_it'],
      ['good', 'delivered'],
    ]);
  });

  test('are a hundred, and the others are counted', async () => {
    for (let n = 0; n <= MAX_FATES; n++) join(`c${n}`, ['x']);
    stall(join('slow', ['x']));
    const fates = new Fates(recorder, { ...(await sayNow('x')), hasKey: false });
    for (const each of recorder.of()) fates.add(each);
    expect([fates.told().length, fates.total]).toEqual([MAX_FATES, MAX_FATES + 2]);
    expect(fates.told()[0]?.verdict.fate).toBe('queued');
  });
});

describe('the memory of the recorder', () => {
  test('is bounded: ended connections go first, then newcomers are not recorded', () => {
    const maxBytes = 64 * 1024;
    start(maxBytes);
    for (let n = 0; n < 20; n++) leave(join(`ended${n}`, ['x']));
    for (let n = 0; n < 100; n++) join(`live${n}`, ['x']);
    expect(recorder.bytes).toBeLessThanOrEqual(maxBytes);
    expect([recorder.forgotten, [...recorder.of('ended0')].length, [...recorder.of('live0')].length]).toEqual(
      [20, 0, 1],
    );
    expect(recorder.unrecorded).toBe(100 - recorder.size);
    expect([recorder.misses('live99'), recorder.misses('live0')]).toEqual([true, false]);
  });

  test('does not grow with what clients ask for, on and on', () => {
    const maxBytes = 64 * 1024;
    start(maxBytes);
    const joined = Array.from({ length: 10 }, (_, n) => join(`c${n}`, ['x']));
    for (let n = 0; n < 200; n++)
      for (const { connection } of joined) {
        hub.subscribe(connection, [`${'y'.repeat(100)}${n}`]);
        hub.unsubscribe(connection, [`${'y'.repeat(100)}${n}`]);
      }
    expect(recorder.bytes).toBeLessThanOrEqual(maxBytes);
    expect(recorder.size).toBe(10);
  });

  test('retains nothing of an ended connection when its record is dropped', () => {
    const bytes = recorder.bytes;
    const joined = join('a', ['x']);
    expect(recorder.bytes).toBeGreaterThan(bytes);
    leave(joined);
    recorder.lostPlace();
    expect(recorder.hasLostPlace).toBe(true);
    expect([recorder.bytes, recorder.size, [...recorder.of('a')].length]).toEqual([bytes, 0, 0]);
  });
});
