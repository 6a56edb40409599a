import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { readConfig, StartError } from '@ws-hub/config';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { serverCommand } from '../src/config/server.config.js';
import { type EngineEvents, JetStreamLog } from '../src/log/jetstream.log.js';
import { messageLogContract } from '../src/log/message-log.contract.js';
import type { Draft, Entry, Outcome } from '../src/log/message-log.js';
import { formatPosition } from '../src/log/position.js';
import { SystemClock } from '../src/time/clock.js';

const SECRET = 'a secret of more than thirty-two bytes';

describeWithNats('the log in JetStream', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  const open: JetStreamLog[] = [];
  let streams = 0;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((log) => log.onApplicationShutdown()));
  });
  afterAll(async () => {
    await admin.close();
    await nats.end();
  });

  const newName = () => `test-${++streams}`;

  interface Node {
    readonly log: JetStreamLog;
    readonly heard: Entry[];
    readonly told: { lost: number; skipped: number[]; limits: Record<string, unknown> };
  }

  /** A log on this stream, as a hub has it; not started yet. */
  function makeNode(name: string, ...flags: string[]): Node {
    return makeNodeIn({}, name, ...flags);
  }

  /** The same with an environment, which is where secrets come from. */
  function makeNodeIn(env: Record<string, string>, name: string, ...flags: string[]): Node {
    const config = readConfig(serverCommand, {
      argv: ['--nats-stream', name, '--nats-subject-prefix', name, ...flags],
      env: { NATS_URL: nats.url, HUB_SECRET: SECRET, ...env },
      dotenv: {},
    });
    const told: Node['told'] = { lost: 0, skipped: [], limits: {} };
    const events: EngineEvents = {
      connected: () => undefined,
      lost: () => undefined,
      refused: () => undefined,
      otherLimits: (limits) => Object.assign(told.limits, limits),
      skipped: (sequence) => told.skipped.push(sequence),
    };
    const log = new JetStreamLog(config, new SystemClock(), events);
    open.push(log);
    const heard: Entry[] = [];
    log.listen({
      entry: (entry) => heard.push(entry),
      lostPlace: () => told.lost++,
      pressure: () => undefined,
    });
    return { log, heard, told };
  }

  async function startNode(name: string, ...flags: string[]): Promise<Node> {
    const node = makeNode(name, ...flags);
    await node.log.start();
    return node;
  }

  const draft = (content: string, key?: string, clientId = 'alice'): Draft => ({
    ...{ channel: 'main', clientId, key, timestamp: 1_795_000_000, content },
  });
  const append = (log: JetStreamLog, ...args: Parameters<typeof draft>) =>
    new Promise<Outcome>((resolve) => log.append(draft(...args), resolve));
  const contents = (entries: readonly Entry[]) => entries.map(({ content }) => content);
  const locate = (log: JetStreamLog, sequence: number, epoch = log.epoch) =>
    new Promise((resolve) => log.locate(formatPosition(epoch, sequence), new Set(['main']), resolve));
  /** Until the node has read so far. */
  const reached = (log: JetStreamLog, sequence: number) => locate(log, sequence);

  messageLogContract('the log in JetStream', async (...flags) => {
    const { log } = makeNode(newName(), ...flags);
    return { log, end: async () => undefined };
  });

  describe('over several nodes', () => {
    test('has one order for all of them', async () => {
      const name = newName();
      const [one, two, three] = await Promise.all([startNode(name), startNode(name), startNode(name)]);
      const outcomes = await Promise.all(
        Array.from({ length: 300 }, (_, n) => append((n % 2 ? one : two).log, String(n), `k${n}`)),
      );
      expect(outcomes.filter(({ result }) => result !== 'stored')).toEqual([]);
      await Promise.all([one, two, three].map(({ log }) => reached(log, 300)));
      expect(one.heard).toHaveLength(300);
      expect(two.heard).toEqual(one.heard);
      expect(three.heard).toEqual(one.heard);
      expect(one.log.epoch).toBe(three.log.epoch);
    });

    test('knows a key that another node has stored', async () => {
      const name = newName();
      const [one, two] = await Promise.all([startNode(name), startNode(name)]);
      await append(one.log, 'first', 'k');
      await reached(two.log, 1);
      expect(await append(two.log, 'second', 'k')).toEqual({ result: 'duplicate', sequence: 1 });
      expect(contents(two.heard)).toEqual(['first']);
    });

    test('fills a new node with what is there before it is ready', async () => {
      const name = newName();
      const one = await startNode(name);
      for (let n = 1; n <= 20; n++) await append(one.log, String(n));
      const two = await startNode(name, '--log-max-messages', '5');
      expect(two.log.isReady).toBe(true);
      expect([two.log.head, two.log.has(15), two.log.has(14)]).toEqual([20, true, false]);
      expect(two.told.limits).toEqual({ max_msgs: 100_000 });
    });

    test('reads what a small ring does not have any more from the stream, and once for all who want it', async () => {
      const name = newName();
      const one = await startNode(name);
      for (let n = 1; n <= 20; n++) await append(one.log, String(n));
      const two = await startNode(name, '--log-max-messages', '5');
      const readOld = (after: number, max: number) =>
        new Promise<readonly Entry[] | undefined>((resolve) => two.log.readOld(after, max, resolve));
      const all = await Promise.all([readOld(3, 4), readOld(3, 4), readOld(3, 4)]);
      expect(contents(all[0] ?? [])).toEqual(['4', '5', '6', '7']);
      expect(all[1]).toBe(all[0]);
      expect(all[2]).toBe(all[0]);
      expect(await locate(two.log, 3)).toEqual({ result: 'found', sequence: 3 });
    });

    test('waits for its reader where a position is ahead of it, and does not where it is ahead of the log', async () => {
      const name = newName();
      const one = await startNode(name);
      await append(one.log, 'first');
      const two = await startNode(name);
      const publisher = jetstream(admin);
      // Straight into the stream, so that no node has read it when the other one is asked.
      const { seq } = await publisher.publish(`${name}.main`, 'none of a hub');
      expect(await locate(two.log, seq)).toEqual({ result: 'found', sequence: seq });
      expect(two.log.head).toBe(seq);
      expect(await locate(two.log, seq + 1)).toEqual({ result: 'gone' });
    });
  });

  describe('and somebody else who works on the stream', () => {
    test('skips what is none of a hub, counts it, and goes on behind it', async () => {
      const name = newName();
      const { log, heard, told } = await startNode(name);
      await append(log, 'ours');
      await jetstream(admin).publish(`${name}.main`, 'theirs');
      await append(log, 'ours again');
      expect(heard.map(({ sequence, channel, content }) => [sequence, channel, content])).toEqual([
        [1, 'main', 'ours'],
        [2, '', ''],
        [3, 'main', 'ours again'],
      ]);
      expect(told.skipped).toEqual([2]);
    });

    test('forgets what was purged, in the same epoch', async () => {
      const name = newName();
      const { log, told } = await startNode(name);
      for (let n = 1; n <= 5; n++) await append(log, String(n));
      const { epoch } = log;
      await (await jetstreamManager(admin)).streams.purge(name);
      expect(await locate(log, 3)).toEqual({ result: 'gone' });
      expect(await locate(log, 5)).toEqual({ result: 'found', sequence: 5 });
      expect(await append(log, 'next')).toEqual({ result: 'stored', sequence: 6 });
      expect([log.epoch, told.lost]).toEqual([epoch, 0]);
    });

    test('begins a new epoch when the stream was deleted, and says that it lost its place', async () => {
      const name = newName();
      const { log, told } = await startNode(name);
      await append(log, 'before');
      const { epoch } = log;
      await (await jetstreamManager(admin)).streams.delete(name);
      expect(await append(log, 'after')).toEqual({ result: 'stored', sequence: 1 });
      expect(log.epoch).not.toBe(epoch);
      expect(told.lost).toBe(1);
      expect(await locate(log, 1, epoch)).toEqual({ result: 'gone' });
    });
  });

  describe('on a stream that is there already', () => {
    const wanted = (name: string) => ({
      name,
      subjects: [`${name}.>`],
      max_age: 600_000_000_000,
      max_bytes: 67_108_864,
      max_msgs: 100_000,
    });

    test.each([
      [
        'subjects',
        { subjects: ['elsewhere.>'] },
        /subjects is \["elsewhere\.>"\], allowed: \["test-\d+\.>"\]/,
      ],
      ['retention', { retention: 'interest' }, /retention is "interest", allowed: "limits"/],
      ['discard', { discard: 'new' }, /discard is "new", allowed: "old"/],
      ['max_msgs_per_subject', { max_msgs_per_subject: 5 }, /max_msgs_per_subject is 5, allowed: -1/],
      [
        'duplicate_window',
        { duplicate_window: 60_000_000_000 },
        /duplicate_window is 60000000000, allowed: 120000000000/,
      ],
    ])('refuses to start on other %s', async (_what, change, message) => {
      const name = newName();
      const manager = await jetstreamManager(admin);
      await manager.streams.add({ ...wanted(name), ...change } as never);
      const error = await startNode(name).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(StartError);
      expect(error.message).toMatch(message);
      await manager.streams.delete(name);
    });

    test('takes it with other limits, and says so', async () => {
      const name = newName();
      await (await jetstreamManager(admin)).streams.add({ ...wanted(name), max_msgs: 7 });
      const { told } = await startNode(name);
      expect(told.limits).toEqual({ max_msgs: 7 });
    });

    test('refuses to start where clients may say more than NATS takes', async () => {
      const { log } = makeNode(newName(), '--max-payload', '2000000');
      await expect(log.start()).rejects.toThrow(
        /MAX_PAYLOAD .*"2000000" is not allowed; allowed: at most 1044480/,
      );
    });

    test('refuses to start with another secret than the hubs that use it', async () => {
      const name = newName();
      await startNode(name);
      const other = makeNodeIn({ HUB_SECRET: 'another secret of more than 32 bytes' }, name);
      await expect(other.log.start()).rejects.toThrow(/HUB_SECRET/);
    });
  });

  test('gets in with the user and the password of the URL or of their variables, and waits without them', async () => {
    const guarded = await NatsServer.start('', 'authorization { user: hub, password: "p@ss word" }');
    const name = newName();
    const url = (user: string) => guarded.url.replace('//', `//${user}@`);
    const start = async (env: Record<string, string>) => {
      const { log } = makeNodeIn(env, name);
      await log.start();
      return log;
    };
    const stranger = await start({ NATS_URL: url('hub:wrong') });
    expect(stranger.isReady).toBe(false);
    const one = await start({ NATS_URL: url('hub:p%40ss%20word') });
    expect(await append(one, 'hello')).toEqual({ result: 'stored', sequence: 1 });
    const two = await start({ NATS_URL: guarded.url, NATS_USER: 'hub', NATS_PASSWORD: 'p@ss word' });
    expect(await append(two, 'hello', undefined, 'bob')).toEqual({ result: 'stored', sequence: 2 });
    await Promise.all(open.splice(0).map((each) => each.onApplicationShutdown()));
    await guarded.end();
  });
});
