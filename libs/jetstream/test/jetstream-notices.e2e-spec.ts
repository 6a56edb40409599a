import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { LogStartError, MAX_NOTICE_KEEP_MS, type Notice, NoticeError, SystemClock } from '@ws-hub/hub';
import { CuttingProxy, NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { NoticeTail } from '../src/notices/notice-tail.js';
import { append, type Node, Nodes } from './jetstream-nodes.js';

const KEEP_MS = 60_000;
const LATER_MS = 10 * 60_000;

const notice = (body: string, key = body, keepMs = KEEP_MS): Notice => ({
  ...{ topic: 'test', key, body, keepMs },
});

/** A message that an intruder in NATS can read, and write back. */
interface Copy {
  readonly subject: string;
  readonly data: string;
  readonly mac: string;
}

/** A clock that is ahead of the others. */
class ClockAhead extends SystemClock {
  override unixMs(): number {
    return super.unixMs() + LATER_MS;
  }
}

describeWithNats('the notices in JetStream', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  let manager: JetStreamManager;
  let nodes: Nodes;
  let name: string;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    manager = await jetstreamManager(admin);
    nodes = new Nodes(nats);
  });
  beforeEach(() => {
    name = nodes.newName();
  });
  afterEach(() => nodes.end());
  afterAll(async () => {
    await admin.close();
    await nats.end();
  });

  /** NATS is available again, also for this test. */
  async function restarted(): Promise<void> {
    await nats.run();
    const isThere = () =>
      admin.flush().then(
        () => true,
        () => false,
      );
    while (!(await isThere()));
  }
  const streamOf = (of: string) => ({
    name: `${of}-notices`,
    subjects: [`${of}-notices.>`],
    discard: 'new',
    max_age: MAX_NOTICE_KEEP_MS * 1_000_000,
    max_msgs_per_subject: 1,
  });
  const make = (change: object) => manager.streams.add({ ...streamOf(name), ...change } as never);
  const bodies = ({ ear }: Node) => ear.notices.map(({ body }) => body);
  /** The notices of a node that starts now. */
  const kept = async () => {
    const node = await nodes.start(name);
    await node.ready;
    return bodies(node);
  };

  describe('in a stream that is full', () => {
    const refusal = expect.objectContaining({ name: 'NoticeError', code: 'full' });

    test('are refused, but for one that replaces another', async () => {
      await make({ max_msgs: 2 });
      const { log } = await nodes.start(name);
      await log.post(notice('one'));
      await log.post(notice('two'));
      await expect(log.post(notice('three'))).rejects.toEqual(refusal);
      await log.post(notice('one again', 'one'));
      await log.post(notice('for now', 'three', 0));
      expect(await kept()).toEqual(['two', 'one again']);
    });

    test('replace those that have expired', async () => {
      await make({ max_msgs: 3 });
      const { log } = await nodes.start(name);
      await log.post(notice('short', 'a'));
      await log.post(notice('short', 'b'));
      await log.post(notice('long', 'c', 2 * LATER_MS));
      await expect(log.post(notice('new'))).rejects.toEqual(refusal);
      const later = nodes.make(name, {}, new ClockAhead());
      await later.log.start();
      await later.log.post(notice('new'));
      expect(await kept()).toEqual(['long', 'new']);
    });
  });

  test('are no longer delivered when they have expired', async () => {
    const { log } = await nodes.start(name);
    await log.post(notice('short'));
    await log.post(notice('long', 'b', 2 * LATER_MS));
    const later = nodes.make(name, {}, new ClockAhead());
    await later.log.start();
    expect(later.ear.notices).toMatchObject([{ body: 'long' }]);
    expect(later.ear.notices[0]?.keepMs).toBeLessThanOrEqual(LATER_MS);
    expect(later.told.notices).toBe(0);
  });

  test('are all delivered before a node is ready, however many there are', async () => {
    const { log } = await nodes.start(name);
    const all = Array.from({ length: 3_000 }, (_, n) => `${n}`.padEnd(4_000));
    await Promise.all(all.map((body) => log.post(notice(body))));
    // One that was slow to be stored is posted again, after the others.
    expect((await kept()).toSorted()).toEqual(all.toSorted());
  });

  describe('and an outage', () => {
    test('that were posted in the meantime are delivered after it', async () => {
      const proxy = await CuttingProxy.before(nats.port);
      const cut = await nodes.start(name, { natsUrls: [`nats://127.0.0.1:${proxy.port}`] });
      const other = await nodes.start(name);
      await other.log.post(notice('before'));
      await cut.ear.heard('before');
      proxy.cut(true);
      await other.log.post(notice('meanwhile'));
      expect(bodies(cut)).toEqual(['before']);
      proxy.mend();
      await cut.ear.heard('meanwhile');
      await append(cut.log, 'it is there again');
      await other.log.post(notice('after', 'after', 0));
      await cut.ear.heard('after');
      await nodes.end();
      await proxy.close();
    });

    test('wait for its end, and are rejected if that takes too long', async () => {
      const patient = await nodes.start(name);
      const impatient = await nodes.start(name, { appendTimeoutMs: 200 });
      await nats.kill();
      const waiting = Promise.all([
        patient.log.post(notice('kept')),
        patient.log.post(notice('now', 'b', 0)),
      ]);
      const unavailable = expect.objectContaining({ name: 'NoticeError', code: 'unavailable' });
      await expect(impatient.log.post(notice('x'))).rejects.toEqual(unavailable);
      await expect(impatient.log.post(notice('x', 'x', 0))).rejects.toEqual(unavailable);
      await restarted();
      await waiting;
      for (const body of ['kept', 'now']) await patient.ear.heard(body);
    });

    test.each([0, KEEP_MS])('are refused at the end of their hub (kept for %i ms)', async (keepMs) => {
      const { log } = await nodes.start(name);
      await nats.kill();
      const waiting = log.post(notice('x', 'x', keepMs)).catch((error) => error);
      await log.stop();
      expect(await waiting).toBeInstanceOf(NoticeError);
      await expect(log.post(notice('x', 'x', keepMs))).rejects.toMatchObject({ code: 'unavailable' });
      await restarted();
    });

    test('that arrives before there was a connection ends like any other', async () => {
      await nats.kill();
      const { log, ear } = nodes.make(name);
      const started = log.start();
      const waiting = log.post(notice('early'));
      await started;
      expect(log.isReady).toBe(false);
      await restarted();
      await waiting;
      await ear.heard('early');
    });
  });

  describe('and an intruder that writes into NATS', () => {
    /** The message of a genuine notice. */
    async function genuine(keepMs: number): Promise<Copy> {
      const { log, ear } = await nodes.start(name);
      const copy = new Promise<Copy>((resolve) => {
        admin.subscribe(`${name}-notices${keepMs === 0 ? '-now' : ''}.>`, {
          max: 1,
          callback: (_error, { subject, data, headers: found }) =>
            resolve({ subject, data: Buffer.from(data).toString(), mac: found?.get('Hub-Mac') ?? '' }),
        });
      });
      await admin.flush();
      await log.post(notice('genuine', 'k', keepMs));
      await ear.heard('genuine');
      return copy;
    }

    async function write({ subject, data, mac }: Copy): Promise<void> {
      const made = headers();
      made.set('Hub-Mac', mac);
      admin.publish(subject, data, { headers: made });
      await admin.flush();
    }

    const forgeries: [string, (copy: Copy) => Partial<Copy>][] = [
      ['another body', ({ data }) => ({ data: data.replace('genuine', 'forged') })],
      ['a longer life', ({ data }) => ({ data: data.replace('}', '0}') })],
      ['no JSON', () => ({ data: '{' })],
      ['another topic', ({ subject }) => ({ subject: subject.replace('.test', '.other') })],
      ['another proof', () => ({ mac: Buffer.alloc(32).toString('base64url') })],
      ['no proof', () => ({ mac: '' })],
    ];
    const all = forgeries.flatMap(([what, change]) =>
      [0, KEEP_MS].map((keepMs) => ({ what, change, keepMs })),
    );

    test.each(all)('are not delivered with $what (kept for $keepMs ms)', async ({ change, keepMs }) => {
      const copy = await genuine(keepMs);
      const node = await nodes.start(name);
      await write({ ...copy, ...change(copy) });
      await node.log.post(notice('after', 'other', keepMs));
      await node.ear.heard('after');
      expect(bodies(node).filter((body) => body !== 'genuine')).toEqual(['after']);
      expect([node.told.notices, node.log.skipped]).toEqual([1, 1]);
    });

    test('are not delivered if they were sent long ago and are not kept', async () => {
      const copy = await genuine(0);
      const later = nodes.make(name, {}, new ClockAhead());
      await later.log.start();
      await write(copy);
      await later.log.post(notice('after', 'after', 0));
      await later.ear.heard('after');
      expect(bodies(later)).toEqual(['after']);
      expect(later.told.notices).toBe(1);
    });

    test('are counted once where they are read again', async () => {
      const { log, told } = await nodes.start(name);
      await jetstream(admin).publish(`${name}-notices.test.x`, 'forged');
      await log.post(notice('after'));
      await nats.kill();
      await restarted();
      await append(log, 'it is there again');
      expect(told.notices).toBe(1);
    });
  });

  test('continue after one that cannot be delivered', async () => {
    const { log, told } = nodes.make(name);
    const heard: string[] = [];
    log.listen({
      entry: () => undefined,
      lostPlace: () => undefined,
      notice: ({ body }) => {
        if (body === 'bug') throw new TypeError('a bug');
        heard.push(body);
      },
      pressure: () => undefined,
      failed: (what) => told.failed.push(what),
    });
    await log.start();
    await log.post(notice('bug'));
    await log.post(notice('for now', 'b', 0));
    await log.post(notice('after'));
    await append(log, 'x');
    expect(told.failed).toEqual(['notice']);
    expect(heard.toSorted()).toEqual(['after', 'for now']);
  });

  describe('and their stream', () => {
    test.each<[string, object, RegExp]>([
      ['subjects', { subjects: ['elsewhere-notices.>'] }, /subjects is \["elsewhere/],
      ['retention', { retention: 'interest' }, /retention is "interest", allowed: "limits"/],
      ['discard', { discard: 'old' }, /discard is "old", allowed: "new"/],
      ['new ones of a subject', { discard_new_per_subject: true }, /discard_new_per_subject is true/],
      ['messages of a subject', { max_msgs_per_subject: 5 }, /max_msgs_per_subject is 5, allowed: 1/],
      ['storage', { storage: 'memory' }, /storage is "memory", allowed: "file"/],
      ['age', { max_age: 60_000_000_000 }, /max_age is 60000000000, allowed: 34560000000000000/],
      ['secret', { description: 'ws-hub, secret 0123456789abcdef' }, /HUB_SECRET/],
    ])('stop the start of a hub that finds other %s', async (_what, change, message) => {
      await make(change);
      const error = await nodes.start(name).catch((thrown) => thrown);
      expect(error).toBeInstanceOf(LogStartError);
      expect(error.message).toMatch(message);
      expect(error.message).toContain(`stream "${name}-notices"`);
      await manager.streams.delete(`${name}-notices`);
    });

    test('are made for ever too', async () => {
      await make({ max_age: 0 });
      const { log } = await nodes.start(name);
      expect(log.isReady).toBe(true);
    });

    test('have no stream if the hub cannot use the stream of the log', async () => {
      await manager.streams.add({ name, subjects: ['nothing.of.a.hub'] });
      await expect(nodes.start(name)).rejects.toBeInstanceOf(LogStartError);
      await expect(manager.streams.info(`${name}-notices`)).rejects.toThrow('stream not found');
    });

    test('are delivered again when it was recreated', async () => {
      const { log, ear } = await nodes.start(name);
      await log.post(notice('before'));
      await manager.streams.delete(`${name}-notices`);
      await log.post(notice('after'));
      await ear.heard('after');
      expect(await kept()).toEqual(['after']);
    });

    test('are read to an end at which nothing is left', async () => {
      const { log } = await nodes.start(name);
      await log.post(notice('one'));
      await log.post(notice('two'));
      await manager.streams.deleteMessage(`${name}-notices`, 2);
      expect(await kept()).toEqual(['one']);
      await manager.streams.deleteMessage(`${name}-notices`, 1);
      expect(await kept()).toEqual([]);
      const tail = new NoticeTail(`${name}-notices`, {
        message: () => undefined,
        failed: () => undefined,
        ended: () => undefined,
      });
      await tail.start(jetstream(admin), 2);
      // Otherwise the watch would report a stalled reader.
      expect(tail.head).toBe(2);
      tail.stop();
    });
  });
});
