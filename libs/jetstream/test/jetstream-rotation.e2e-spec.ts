import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { LogStartError, type Notice } from '@ws-hub/hub';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { append, contents, locate, type Node, Nodes } from './jetstream-nodes.js';

const OLD = 'oak-lamp-river-violin-quartz-72-moss';
const NEW = 'elm-candle-brook-cello-opal-19-lichen';

/** The rolling restarts in order (docs/cluster.md, "Rotating the secret"). */
const BOTH = { hubSecret: OLD, hubSecretPrevious: NEW };
const TURNED = { hubSecret: NEW, hubSecretPrevious: OLD };
const ALONE = { hubSecret: NEW };

const notice = (body: string): Notice => ({ topic: 'test', key: body, body, keepMs: 60_000 });

describeWithNats('a secret that is changed', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  let manager: JetStreamManager;
  let nodes: Nodes;
  let name: string;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url });
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

  const bodies = ({ ear }: Node) => ear.notices.map(({ body }) => body);
  const descriptions = async () => {
    const infos = [manager.streams.info(name), manager.streams.info(`${name}-notices`)];
    return (await Promise.all(infos)).map(({ config }) => config.description ?? '');
  };
  test('in rolling restarts loses no message and no notice on the way', async () => {
    const hubs = [await nodes.start(name, { hubSecret: OLD }), await nodes.start(name, { hubSecret: OLD })];
    const said: string[] = [];
    const speak = async ({ log }: Node) => {
      const content = `message ${said.length}`;
      said.push(content);
      expect(await append(log, content, content)).toMatchObject({ result: 'stored' });
    };
    const restart = async (index: number, secrets: object) => {
      const [old, stays] = [hubs[index] as Node, hubs[1 - index] as Node];
      const before = said.length;
      const talk = Array.from({ length: 20 }, () => speak(stays));
      const next = await nodes.start(name, secrets);
      talk.push(...Array.from({ length: 20 }, () => speak(next)), speak(old));
      await Promise.all(talk);
      const body = `after message ${said.length}`;
      await next.log.post(notice(body));
      for (const { log, ear, heard } of [old, stays, next]) {
        await locate(log, said.length);
        expect(contents(heard.slice(before - said.length)).toSorted()).toEqual(said.slice(before).toSorted());
        await ear.heard(body);
        expect(log.skipped).toBe(0);
      }
      await old.log.stop();
      hubs[index] = next;
      return next;
    };

    for (const index of [0, 1]) await restart(index, BOTH);
    const first = await restart(0, TURNED);
    await hubs[1]?.log.post(notice('by a hub of before'));
    await first.ear.heard('by a hub of before', 2);
    await restart(1, TURNED);
    // Those with the previous secret are delivered again once they are signed with the new one.
    const ofOld = ['after message 41', 'after message 82'];
    for (const body of ofOld) await first.ear.heard(body, 2);
    // LOG_MAX_AGE later.
    await manager.streams.purge(name);
    const [last] = [await restart(0, ALONE), await restart(1, ALONE)];
    expect(bodies(last)).toEqual(expect.arrayContaining(ofOld));
    expect(bodies(first).filter((body) => body === 'after message 123')).toHaveLength(1);
    expect(said).toHaveLength(6 * 41);
  });

  test('marks both streams with the new one and the previous one, and accepts hubs that can read both', async () => {
    const [old] = [await nodes.start(name, { hubSecret: OLD }), await nodes.start(name, BOTH)];
    const before = await descriptions();
    expect(before[0]).toMatch(/^ws-hub, secret [0-9a-f]{16}$/);
    const { epoch } = (await nodes.start(name, TURNED)).log;
    const after = await descriptions();
    expect(after[0]).toMatch(/^ws-hub, secret [0-9a-f]{16}, before it [0-9a-f]{16}$/);
    expect(after[0]?.slice(-16)).toBe(before[0]?.slice(-16));
    expect([after[1], epoch]).toEqual([after[0], old.log.epoch]);
    for (const secrets of [BOTH, ALONE, TURNED]) await nodes.start(name, secrets);
    expect(await descriptions()).toEqual(after);
    await expect(nodes.start(name, { hubSecret: OLD })).rejects.toBeInstanceOf(LogStartError);
  });
});
