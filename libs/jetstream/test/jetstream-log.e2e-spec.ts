import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Entry, LogStartError, type MessageLog, positionAt } from '@ws-hub/hub';
import { messageLogContract } from '@ws-hub/hub/testing';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { append, contents, locate, Nodes, readOld } from './jetstream-nodes.js';

const MAIN = new Set(['main']);

describeWithNats('the log in JetStream', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  let nodes: Nodes;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url });
    nodes = new Nodes(nats);
  });
  afterEach(() => nodes.end());
  afterAll(async () => {
    await admin.close();
    await nats.end();
  });

  /** Resolves when the node has read up to there. */
  const reached = (log: MessageLog, sequence: number) => locate(log, sequence);

  messageLogContract(
    'the log in JetStream',
    async (limits) => {
      const name = nodes.newName();
      const { log } = nodes.make(name, limits);
      return { log, another: () => nodes.make(name, limits).log, end: async () => undefined };
    },
    true,
  );

  describe('over several nodes', () => {
    test('has one order for all of them', async () => {
      const name = nodes.newName();
      const [one, two, three] = await Promise.all([nodes.start(name), nodes.start(name), nodes.start(name)]);
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
      const name = nodes.newName();
      const [one, two] = await Promise.all([nodes.start(name), nodes.start(name)]);
      await append(one.log, 'first', 'k');
      await reached(two.log, 1);
      expect(await append(two.log, 'second', 'k')).toEqual({ result: 'duplicate', position: 1 });
      expect(contents(two.heard)).toEqual(['first']);
    });

    test('fills a new node with what is there before it is ready', async () => {
      const name = nodes.newName();
      const one = await nodes.start(name);
      for (let n = 1; n <= 20; n++) await append(one.log, String(n));
      const two = await nodes.start(name, { logMaxMessages: 5 });
      expect(two.log.isReady).toBe(true);
      expect([two.log.head, two.log.has(positionAt(15), MAIN), two.log.has(positionAt(14), MAIN)]).toEqual([
        20,
        true,
        false,
      ]);
      expect(two.told.limits).toEqual({ max_msgs: 100_000 });
    });

    test('reads what a small ring no longer has from the stream, and once for all callers', async () => {
      const name = nodes.newName();
      const one = await nodes.start(name);
      for (let n = 1; n <= 20; n++) await append(one.log, String(n));
      const two = await nodes.start(name, { logMaxMessages: 5 });
      const all = await Promise.all([1, 2, 3].map(() => readOld(two.log, 3, 4)));
      expect(contents(all[0] ?? [])).toEqual(['4', '5', '6', '7']);
      expect(all[1]).toBe(all[0]);
      expect(all[2]).toBe(all[0]);
      expect(await locate(two.log, 3)).toEqual({ result: 'found', position: 3 });
    });

    test('waits for its reader where a position is ahead of it, and does not where it is ahead of the log', async () => {
      const name = nodes.newName();
      const one = await nodes.start(name);
      await append(one.log, 'first');
      const two = await nodes.start(name);
      const publisher = jetstream(admin);
      // Straight into the stream, so that no node has read it when the other one is asked.
      const { seq } = await publisher.publish(`${name}.main`, 'none of a hub');
      expect(await locate(two.log, seq)).toEqual({ result: 'found', position: seq });
      expect(two.log.head).toBe(seq);
      expect(await locate(two.log, seq + 1)).toEqual({ result: 'gone' });
    });
  });

  describe('and another program that writes to the stream', () => {
    test('continues after an entry for which it fails, and reports that clients may have missed it', async () => {
      const { log, told } = await nodes.start(nodes.newName());
      const heard: Entry[] = [];
      log.listen({
        entry: (entry) => {
          if (entry.content === 'bug') throw new TypeError('a bug');
          heard.push(entry);
        },
        lostPlace: () => told.lost++,
        notice: () => undefined,
        pressure: () => undefined,
        failed: (what) => told.failed.push(what),
      });
      expect(await append(log, 'bug', 'k')).toEqual({ result: 'duplicate', position: 1 });
      await append(log, 'after');
      expect(contents(heard)).toEqual(['after']);
      expect([told.lost, told.failed]).toEqual([1, ['reading the log']]);
      expect(contents(log.read(positionAt(0), 9))).toEqual(['bug', 'after']);
    });

    test('skips what no hub wrote, counts it, and continues after it', async () => {
      const name = nodes.newName();
      const { log, heard, told } = await nodes.start(name);
      await append(log, 'ours');
      await jetstream(admin).publish(`${name}.main`, 'theirs');
      await append(log, 'ours again');
      expect(heard.map(({ position, channel, content }) => [position, channel, content])).toEqual([
        [1, 'main', 'ours'],
        [2, '', ''],
        [3, 'main', 'ours again'],
      ]);
      expect(told.skipped).toEqual([2]);
    });

    test('forgets what was purged, in the same epoch', async () => {
      const name = nodes.newName();
      const { log, told } = await nodes.start(name);
      for (let n = 1; n <= 5; n++) await append(log, String(n));
      const { epoch } = log;
      await (await jetstreamManager(admin)).streams.purge(name);
      expect(await locate(log, 3)).toEqual({ result: 'gone' });
      expect(await locate(log, 5)).toEqual({ result: 'found', position: 5 });
      expect(await append(log, 'next')).toEqual({ result: 'stored', position: 6 });
      expect([log.epoch, told.lost]).toEqual([epoch, 0]);
    });

    test('begins a new epoch when the stream was deleted, and reports that it lost its place', async () => {
      const name = nodes.newName();
      const { log, told } = await nodes.start(name);
      await append(log, 'before');
      const { epoch } = log;
      await (await jetstreamManager(admin)).streams.delete(name);
      expect(await append(log, 'after')).toEqual({ result: 'stored', position: 1 });
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
      const name = nodes.newName();
      const manager = await jetstreamManager(admin);
      await manager.streams.add({ ...wanted(name), ...change } as never);
      const error = await nodes.start(name).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(LogStartError);
      expect(error.message).toMatch(message);
      await manager.streams.delete(name);
    });

    test('accepts it with other limits, and reports that', async () => {
      const name = nodes.newName();
      await (await jetstreamManager(admin)).streams.add({ ...wanted(name), max_msgs: 7 });
      const { told } = await nodes.start(name);
      expect(told.limits).toEqual({ max_msgs: 7 });
    });

    test('refuses to start if clients may send more than NATS accepts', async () => {
      const { log } = nodes.make(nodes.newName(), { maxPayload: 2_000_000 });
      await expect(log.start()).rejects.toThrow(
        /MAX_PAYLOAD .*"2000000" is not allowed; allowed: at most 1044480/,
      );
    });

    test('refuses to start with another secret than the hubs that use it', async () => {
      const name = nodes.newName();
      await nodes.start(name);
      const other = nodes.start(name, { hubSecret: 'another secret of more than 32 bytes' });
      await expect(other).rejects.toThrow(/HUB_SECRET/);
    });
  });

  test('gets in with the user and the password of the URL or of their options, and waits without them', async () => {
    const guarded = await NatsServer.start('', 'authorization { user: hub, password: "p@ss word" }');
    const name = nodes.newName();
    const url = (user: string) => guarded.url.replace('//', `//${user}@`);
    const stranger = await nodes.start(name, { natsUrls: [url('hub:wrong')] });
    expect(stranger.log.isReady).toBe(false);
    const one = await nodes.start(name, { natsUrls: [url('hub:p%40ss%20word')] });
    expect(await append(one.log, 'hello')).toEqual({ result: 'stored', position: 1 });
    const login = { natsUrls: [guarded.url], natsUser: 'hub', natsPassword: 'p@ss word' };
    const two = await nodes.start(name, login);
    expect(await append(two.log, 'hello', undefined, 'bob')).toEqual({ result: 'stored', position: 2 });
    await nodes.end();
    await guarded.end();
  });

  test('needs no other rights in NATS than those that docs/cluster.md names', async () => {
    const rights =
      /"publish": .*\n.*"subscribe": .*/.exec(readFileSync('docs/cluster.md', 'utf8'))?.[0] ?? '';
    expect(rights).toContain('_INBOX');
    const settings = `authorization { users: [{ user: hub, password: pw, permissions: {\n${rights}\n} }] }`;
    const guarded = await NatsServer.start('', settings);
    const login = { natsUrls: [guarded.url], natsUser: 'hub', natsPassword: 'pw' };
    const [one, two] = [await nodes.start('ws-hub', login), await nodes.start('ws-hub', login)];
    expect(await append(one.log, 'hello')).toEqual({ result: 'stored', position: 1 });
    await reached(two.log, 1);
    expect(contents((await readOld(two.log, 0, 1)) ?? [])).toEqual(['hello']);
    for (const keepMs of [0, 60_000]) {
      await one.log.post({ topic: 'test', key: 'k', body: `kept for ${keepMs}`, keepMs });
      await two.ear.heard(`kept for ${keepMs}`);
    }
    await nodes.end();
    await guarded.end();
  });
});
