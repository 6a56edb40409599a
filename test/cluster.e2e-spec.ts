import { afterEach, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Inspector, NatsServer, Program, TestClient, V1Client } from '@ws-hub/testing';
import { Cluster } from './cluster/cluster.js';
import { describeWithNats } from './nats.js';

const BIG = 'x'.repeat(60_000);

describeWithNats('hubs that share a log', () => {
  let cluster: Cluster;
  afterEach(() => cluster.end());

  test('act as one: clients do not receive their own messages, and all receive the same in the same order', async () => {
    cluster = await Cluster.start(2);
    const plain = await TestClient.connect(cluster.urlOf(0));
    const [one, two] = await Promise.all([V1Client.join(cluster.urlOf(0)), V1Client.join(cluster.urlOf(1))]);
    plain.send('said plainly');
    one.publish('k1', 'said on one');
    two.publish('k1', 'said on two');
    const heard = [await one.take(3), await two.take(3)].map((messages) =>
      messages.map((message) => 'id' in message && message.id),
    );
    expect(heard[1]).toEqual(heard[0]);
    const contents = (await plain.take(2)).map(({ content }) => content);
    expect(contents.toSorted()).toEqual(['said on one', 'said on two']);
  });

  test('recognize a client that reconnects to another one: its identity, its position, its keys', async () => {
    cluster = await Cluster.start(2);
    const other = await V1Client.join(cluster.urlOf(1));
    const first = await V1Client.join(cluster.urlOf(0));
    first.publish('k1', 'mine');
    await first.next('ack');
    await other.next('message');
    first.socket.terminate();
    other.publish('k2', 'said meanwhile');
    await other.next('ack');
    const { session, position, client_id } = first.welcome;
    const again = await V1Client.join(cluster.urlOf(1), { session, since: position });
    expect(again.welcome).toMatchObject({ client_id, recovered: true });
    expect((await again.take(3)).map(({ type }) => type)).toEqual(['ack', 'message', 'position']);
    again.publish('k1', 'mine again');
    expect(await again.next('ack')).toMatchObject({ key: 'k1', duplicate: true });
    await other.expectNothing();
  });

  test('let a client wait whose position is ahead of the hub that it connects to', async () => {
    cluster = await Cluster.start(2);
    const ahead = await V1Client.join(cluster.urlOf(0));
    const behind = await V1Client.open(cluster.urlOf(1));
    cluster.hub(1).signal('SIGSTOP');
    for (let n = 0; n < 500; n++) ahead.publish(`k${n}`);
    const last = (await ahead.take(500)).at(-1);
    const since = last?.type === 'ack' ? last.id : '';
    behind.send({ type: 'hello', since, session: ahead.welcome.session });
    cluster.hub(1).signal('SIGCONT');
    expect(await behind.next('welcome')).toMatchObject({ recovered: true, position: since });
    expect(await behind.next('position')).toEqual({ type: 'position', position: since });
    await behind.expectNothing();
  });

  test('wait for a NATS server that is not running yet, and admit no client before', async () => {
    const nats = await NatsServer.prepare();
    cluster = await Cluster.start(1, nats);
    expect(await cluster.readiness(0)).toBe(503);
    await expect(TestClient.connect(cluster.urlOf(0))).rejects.toThrow('503');
    const connected = cluster.hub(0).event('log_connected');
    await nats.run();
    await connected;
    expect(await cluster.readiness(0)).toBe(200);
    const [one, two] = await Promise.all([1, 2].map(() => TestClient.connect(cluster.urlOf(0))));
    one?.send('hello');
    expect((await two?.next())?.content).toBe('hello');
  });

  test('lose NATS: what is not stored is reported, nothing is acked falsely, and they recover by themselves', async () => {
    cluster = await Cluster.start(1, undefined, '--append-timeout', '1000');
    const [publisher, listener] = await Promise.all([1, 2].map(() => V1Client.join(cluster.urlOf(0))));
    const plain = await TestClient.connect(cluster.urlOf(0));
    publisher?.publish('before');
    await publisher?.next('ack');
    await listener?.next('message');
    const lost = cluster.hub(0).event('log_lost');
    await cluster.nats.kill();
    await lost;
    expect(await cluster.readiness(0)).toBe(503);
    publisher?.publish('k', 'while away');
    plain.send('while away, plainly');
    expect(await publisher?.next('error')).toMatchObject({ code: 'unavailable', key: 'k' });
    expect((await plain.closed).code).toBe(1013);
    const connected = cluster.hub(0).event('log_connected');
    await cluster.nats.run();
    await connected;
    expect(await cluster.readiness(0)).toBe(200);
    publisher?.publish('k', 'while away');
    expect(await publisher?.next('ack')).toMatchObject({ key: 'k' });
    expect(await listener?.next('message')).toMatchObject({ content: 'while away' });
    await listener?.expectNothing();
  });

  test('hold messages while NATS is away for a moment, and store them once, in order', async () => {
    cluster = await Cluster.start(2);
    const [publisher, listener] = await Promise.all([0, 1].map((at) => V1Client.join(cluster.urlOf(at))));
    const back = [0, 1].map((at) =>
      cluster
        .hub(at)
        .event('log_lost')
        .then(() => cluster.hub(at).event('log_connected')),
    );
    await cluster.nats.kill();
    for (let n = 0; n < 100; n++) publisher?.publish(`k${n}`, String(n));
    await cluster.nats.run();
    await Promise.all(back);
    const heard = (await listener?.take(100))?.map(
      (message) => message.type === 'message' && message.content,
    );
    expect(heard).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    await publisher?.take(100);
    await listener?.expectNothing();
  });

  test('reject a client that resumes for now when its position cannot be located', async () => {
    cluster = await Cluster.start(1, undefined, '--append-timeout', '500');
    const { position } = (await V1Client.join(cluster.urlOf(0))).welcome;
    const lost = cluster.hub(0).event('log_lost');
    await cluster.nats.kill();
    await lost;
    const client = await V1Client.open(cluster.urlOf(0));
    client.send({ type: 'hello', since: position });
    expect((await client.closed).code).toBe(1013);
  });

  test('read no more from plain publishers than may wait, and lose none of their messages', async () => {
    cluster = await Cluster.start(1, undefined, '--max-pending-appends', '10');
    const [talker, listener] = await Promise.all([1, 2].map(() => TestClient.connect(cluster.urlOf(0))));
    const lost = cluster.hub(0).event('log_lost');
    await cluster.nats.kill();
    await lost;
    const contents = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(20_000)}`);
    for (const content of contents) talker?.send(content);
    await cluster.nats.run();
    const heard = (await listener?.take(contents.length))?.map(({ content }) => content);
    expect(heard).toEqual(contents);
  });

  test('report a gap when the stream is deleted: 1012, then recovered is false', async () => {
    cluster = await Cluster.start(1);
    const client = await V1Client.join(cluster.urlOf(0));
    client.publish('k');
    const { id } = await client.next('ack');
    const admin = await connect({ servers: cluster.nats.url });
    await (await jetstreamManager(admin)).streams.delete('ws-hub');
    await admin.close();
    expect((await client.closed).code).toBe(1012);
    const again = await V1Client.join(cluster.urlOf(0), { since: id });
    expect(again.welcome.recovered).toBe(false);
  });

  test('ack nothing that a full store did not accept', async () => {
    const nats = await NatsServer.start('max_file_store: 1MB');
    const admin = await connect({ servers: nats.url });
    // Without a bound of its own the stream grows until the server has no room.
    await (await jetstreamManager(admin)).streams.add({ name: 'ws-hub', subjects: ['ws-hub.>'] });
    await admin.close();
    cluster = await Cluster.start(1, nats, '--append-timeout', '1000');
    const [client, listener] = await Promise.all([1, 2].map(() => V1Client.join(cluster.urlOf(0))));
    for (let n = 0; n < 40; n++) client?.publish(`k${n}`, BIG);
    const answers = (await client?.take(40)) ?? [];
    const acked = answers.flatMap((answer) => (answer.type === 'ack' ? [answer.id] : []));
    const refused = answers.flatMap((answer) => (answer.type === 'error' ? [answer.code] : []));
    expect(acked.length + refused.length).toBe(40);
    expect(new Set(refused)).toEqual(new Set(['unavailable']));
    const heard = await listener?.take(acked.length);
    expect(heard?.map((message) => 'id' in message && message.id)).toEqual(acked);
  });

  test('do not start without a shared secret, or with missing credentials', async () => {
    cluster = await Cluster.start(1);
    const start = async (env: NodeJS.ProcessEnv) => {
      const hub = Program.start(['server', '--port', '0'], { NATS_URL: cluster.nats.url, ...env });
      return { ...(await hub.exited), stderr: hub.stderr };
    };
    expect(await start({})).toMatchObject({
      code: 1,
      stderr:
        'ws-hub server: HUB_SECRET or HUB_SECRET_FILE: must be set, and be the same on all hubs, where NATS_URL is set\n',
    });
    const other = await start({ HUB_SECRET: 'another secret of more than 32 bytes' });
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/^ws-hub server: NATS_STREAM .*HUB_SECRET[^\n]*\n$/);
    const file = await start({
      HUB_SECRET: 'a secret of more than 32 bytes, again',
      NATS_CREDENTIALS_FILE: '/nowhere/hub.creds',
    });
    expect(file.code).toBe(1);
    expect(file.stderr).toMatch(
      /^ws-hub server: NATS_CREDENTIALS_FILE .*"\/nowhere\/hub.creds" cannot be read[^\n]*\n$/,
    );
  });
});

test('a hub without NATS_URL has loaded nothing of NATS', async () => {
  const inspected = Program.start(
    ['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'],
    {},
    undefined,
    ['--inspect=127.0.0.1:0'],
  );
  await inspected.event('listening');
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(inspected.stderr)?.[0] ?? '';
  const inspector = await Inspector.connect(url);
  const loaded = await inspector.evaluate<string[]>(
    `Object.keys(process.getBuiltinModule('node:module')._cache)`,
  );
  inspector.close();
  await inspected.kill();
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((path) => path.includes('nats'))).toEqual([]);
});
