import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { MessageLog } from '@ws-hub/hub';
import { CuttingProxy, DelayingProxy, NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { epochOf } from '../src/stream.js';
import { append, contents, draft, locate, Nodes, readOld } from './jetstream-nodes.js';

const ONE_WAY_MS = 50;
const at = (port: number) => ({ natsUrls: [`nats://127.0.0.1:${port}`] });
const say = async (log: MessageLog, ...all: string[]) => {
  for (const content of all) await append(log, content, content);
};
const on = (log: MessageLog, channel: string, content: string) =>
  new Promise((resolve) => log.append({ ...draft(content), channel }, resolve));

describeWithNats('a place in the log in JetStream', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  let manager: JetStreamManager;
  let nodes: Nodes;
  let name: string;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
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

  test('is not passed by reading old entries: what follows the head arrives by itself', async () => {
    const one = await nodes.start(name);
    await say(one.log, '1', '2', '3', '4', '5');
    const two = await nodes.start(name, { logMaxMessages: 2 });
    const { head } = two.log;
    const later = Promise.all(Array.from({ length: 100 }, (_, n) => append(one.log, `later ${n}`)));
    expect(contents((await readOld(two.log, 1, 500)) ?? [])).toEqual(['2', '3', '4', '5']);
    expect(head).toBe(5);
    await later;
  });

  test('is found by a node far from NATS for each of 200 clients that come straight from a near one', async () => {
    const proxy = await DelayingProxy.before(nats.port, ONE_WAY_MS);
    const near = await nodes.start(name);
    const far = await nodes.start(name, at(proxy.port));
    const comebacks: ReturnType<typeof locate>[] = [];
    for (let n = 1; n <= 200; n++) {
      await say(near.log, String(n));
      comebacks.push(locate(far.log, n));
    }
    const results = (await Promise.all(comebacks)).map(({ result }) => result);
    expect(results.filter((result) => result !== 'found')).toEqual([]);
    await nodes.end();
    await proxy.close();
  });

  test('is found by a node that has yet to notice that the stream was recreated', async () => {
    const { log } = await nodes.start(name);
    await say(log, 'before');
    const { config } = await manager.streams.info(name);
    await manager.streams.delete(name);
    const epoch = epochOf(await manager.streams.add(config));
    expect(log.epoch).not.toBe(epoch);
    expect(await locate(log, 0, epoch)).toEqual({ result: 'found', position: 0 });
    expect(log.epoch).toBe(epoch);
  });

  test('before a hole in the stream is gone, and one behind it is not', async () => {
    const { log } = await nodes.start(name, { logMaxMessages: 100 });
    const small = await nodes.start(name, { logMaxMessages: 2 });
    for (let n = 1; n <= 10; n++) await on(log, n === 4 || n === 5 ? 'purged' : 'main', String(n));
    await locate(small.log, 10);
    await manager.streams.purge(name, { filter: `${name}.purged` });
    for (const before of [2, 3, 4])
      expect([before, await locate(small.log, before)]).toEqual([before, { result: 'gone' }]);
    expect(await locate(small.log, 5)).toEqual({ result: 'found', position: 5 });
    expect(contents((await readOld(small.log, 5, 100)) ?? [])).toEqual(['6', '7', '8', '9', '10']);
    // This one has read what is missing now.
    expect(await locate(log, 2)).toEqual({ result: 'found', position: 2 });
  });

  test('at the end of a stream whose end was purged is found by a node that starts then', async () => {
    const { log } = await nodes.start(name);
    for (let n = 1; n <= 5; n++) await on(log, n > 3 ? 'purged' : 'main', String(n));
    await manager.streams.purge(name, { filter: `${name}.purged` });
    const { log: newcomer, heard } = await nodes.start(name);
    expect(newcomer.isReady).toBe(true);
    expect(await locate(newcomer, 5)).toEqual({ result: 'found', position: 5 });
    await say(log, 'next');
    await locate(newcomer, 6);
    expect(heard.at(-1)).toMatchObject({ position: 6, content: 'next' });
  });

  test('is delivered once, though NATS sends it again', async () => {
    // The third message claims to be the first.
    const again = (bytes: Buffer) =>
      Buffer.from(bytes.toString('latin1').replace(/(\$JS\.ACK\.\S+)\.1\.3\.3\./, '$1.1.1.3.'), 'latin1');
    const proxy = await DelayingProxy.before(nats.port, 0, again);
    const writer = await nodes.start(name);
    const node = await nodes.start(name, at(proxy.port));
    await say(writer.log, '1', '2', '3', '4');
    await locate(node.log, 4);
    expect(node.heard.map(({ position }) => position)).toEqual([1, 2, 4]);
    expect(node.told.lost).toBe(1);
    await nodes.end();
    await proxy.close();
  });

  describe('of a stream that was restored from an older copy', () => {
    /** What was stored before the copy, and what after it. */
    async function restored(log: MessageLog): Promise<void> {
      await say(log, '1', '2', '3');
      await nats.kill();
      nats.saveStore();
      await nats.run();
      await say(log, '4', '5');
      await nats.kill();
      nats.restoreStore();
    }

    test('is lost, and no client receives a message twice', async () => {
      const { log, heard, told } = await nodes.start(name);
      await restored(log);
      await nats.run();
      expect(await append(log, 'after')).toEqual({ result: 'stored', position: 4 });
      expect(contents(heard)).toEqual(['1', '2', '3', '4', '5', 'after']);
      expect(told.lost).toBe(1);
      expect(contents((await readOld(log, 0, 10)) ?? [])).toEqual(['1', '2', '3', 'after']);
    });

    test('is lost also if the stream has grown past it before this node looks', async () => {
      const proxy = await CuttingProxy.before(nats.port);
      const { log, heard, told } = await nodes.start(name, at(proxy.port));
      await restored(log);
      proxy.cut(true);
      await nats.run();
      const other = await nodes.start(name);
      await say(other.log, 'other 4', 'other 5', 'other 6');
      proxy.mend();
      expect(await append(log, 'after')).toEqual({ result: 'stored', position: 7 });
      expect(contents(heard)).toEqual(['1', '2', '3', '4', '5', 'after']);
      expect(told.lost).toBe(1);
      await nodes.end();
      await proxy.close();
    });
  });
});
