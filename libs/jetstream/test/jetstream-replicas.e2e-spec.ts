import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsCluster } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { append, contents, Nodes } from './jetstream-nodes.js';

/** How long NATS itself may take: with two of three servers left it votes in rounds of up to nine seconds. */
const NATS_VOTES_MS = 120_000;
const ASK_MS = 250;

describeWithNats('the log in a JetStream stream with three replicas', () => {
  let nats: NatsCluster;
  let nodes: Nodes;
  let admin: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    nats = await NatsCluster.start();
    nodes = new Nodes(nats);
    admin = await connect({ servers: nats.url.split(','), maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    manager = await jetstreamManager(admin, { checkAPI: false, timeout: ASK_MS });
  });
  afterAll(async () => {
    await nodes.end();
    await admin.close();
    await nats.end();
  });

  /** The server that leads the stream; polls until it is not the former one. */
  async function leader(name: string, former = ''): Promise<string> {
    for (;;) {
      const info = await manager.streams.info(name).catch(() => undefined);
      const found = info?.cluster?.leader ?? '';
      if (found !== '' && found !== former) return found;
    }
  }

  /** Resolves when JetStream as a whole has a leader. Without it no consumer can be created, so nothing can be read. */
  async function leaderOfAll(): Promise<void> {
    while ((await manager.getAccountInfo().catch(() => undefined)) === undefined);
  }

  test(
    'accepts the newer of two notices of one key also when it is full',
    async () => {
      const name = nodes.newName();
      await leaderOfAll();
      const { log } = await nodes.start(name, { natsReplicas: 3, appendTimeoutMs: NATS_VOTES_MS });
      await leader(`${name}-notices`);
      const patient = await jetstreamManager(admin, { checkAPI: false, timeout: NATS_VOTES_MS });
      const stream = await patient.streams.update(`${name}-notices`, { max_msgs: 2 });
      expect(stream.config.num_replicas).toBe(3);
      const post = (key: string, body: string) => log.post({ topic: 'test', key, body, keepMs: 60_000 });
      await post('a', 'older');
      await post('b', 'b');
      await expect(post('c', 'c')).rejects.toMatchObject({ code: 'full' });
      await post('a', 'newer');
      const { ear } = await nodes.start(name, { natsReplicas: 3 });
      expect(ear.notices.map(({ body }) => body)).toEqual(['b', 'newer']);
    },
    NATS_VOTES_MS,
  );

  test(
    'stores within five seconds of a new leader, and refuses nothing that may wait for it',
    async () => {
      const name = nodes.newName();
      const start = (timeoutMs: number) => nodes.start(name, { natsReplicas: 3, appendTimeoutMs: timeoutMs });
      const patient = await start(NATS_VOTES_MS);
      expect(await append(patient.log, 'before')).toEqual({ result: 'stored', position: 1 });
      const impatient = await start(5_000);
      const former = await leader(name);
      await nats.named(former).kill();
      const said = Array.from({ length: 50 }, (_, n) => String(n));
      const waiting = Promise.all(said.map((content) => append(patient.log, content)));
      await Promise.all([leader(name, former), leaderOfAll()]);
      const outcome = await append(impatient.log, 'as soon as there is a leader', 'k', 'bob');
      expect(outcome).toMatchObject({ result: 'stored' });
      expect((await waiting).filter(({ result }) => result === 'unavailable')).toEqual([]);
      const heard = patient.heard.filter(({ clientId }) => clientId === 'alice');
      expect(contents(heard)).toEqual(['before', ...said]);
    },
    NATS_VOTES_MS,
  );
});
