import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NatsServer, Program, RawSocket, startHubProgram, TestClient, V1Client } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';

describe('the log of the hub', () => {
  let hub: Program;
  let port: number;
  let url: string;
  beforeAll(async () => {
    hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1']);
    port = Number((await hub.event('listening')).port);
    url = `ws://127.0.0.1:${port}/ws`;
  });
  afterAll(() => hub.kill());

  test('tells who came and who went, and why', async () => {
    const client = await TestClient.connect(url);
    expect(await hub.event('client_connected')).toMatchObject({
      client_id: client.clientId,
      remote_address: '127.0.0.1',
      connections: 1,
    });
    client.send('one');
    client.socket.close(1000, 'done');
    expect(await hub.event('client_disconnected')).toMatchObject({
      client_id: client.clientId,
      code: 1000,
      reason: 'done',
      messages_in: 1,
      duration_ms: expect.any(Number),
      connections: 0,
    });
  });

  test('counts messages: the first at once, the others summed up', async () => {
    const [alice, bob, carol] = await Promise.all(
      [1, 2, 3].map(() => TestClient.connect(`${url}?channel=log`)),
    );
    const count = 50;
    for (let n = 0; n < count; n++) alice?.send('x');
    await Promise.all([bob?.take(count), carol?.take(count)]);
    let messages = 0;
    let deliveries = 0;
    let lines = 0;
    while (messages < count) {
      const line = await hub.event('messages_broadcast', ({ recipients }) => recipients === 2);
      messages += Number(line.messages);
      deliveries += Number(line.deliveries);
      lines++;
    }
    expect({ messages, deliveries }).toEqual({ messages: count, deliveries: 2 * count });
    expect(lines).toBeLessThanOrEqual(2);
  });

  test('counts no sender that gets its acknowledgement among the recipients', async () => {
    const [alice] = await Promise.all([1, 2].map(() => V1Client.join(`${url}?channel=recipients`)));
    alice?.publish('key', 'hello');
    const line = await hub.event('messages_broadcast', ({ deliveries }) => deliveries === 1);
    expect(line).toMatchObject({ messages: 1, deliveries: 1, recipients: 1 });
  });

  test('tells of a refused handshake and of a broken frame in one line without a stack', async () => {
    await expect(TestClient.connect(`${url}?channel=`)).rejects.toThrow('400');
    expect(await hub.event('handshake_refused')).toMatchObject({ status: 400, remote_address: '127.0.0.1' });
    const socket = await RawSocket.upgrade(port, '/ws');
    const { client_id } = await hub.event('client_connected');
    socket.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]));
    const line = await hub.event('protocol_error');
    expect(line).toMatchObject({
      level: 40,
      client_id,
      err: { code: 'WS_ERR_UNEXPECTED_RSV_2_3' },
    });
    expect(JSON.stringify(line)).not.toContain('at ');
  });

  test('calls accepted what was stored, and not what came again', async () => {
    const debugging = await startHubProgram('--log-level', 'debug');
    const client = await V1Client.join(debugging.url);
    for (const [key, content] of [
      ['k', 'stored'],
      ['k', 'again'],
      ['l', 'stored too'],
    ] as const)
      client.publish(key, content);
    const accepted = () => debugging.hub.event('message_accepted');
    expect([(await accepted()).content, (await accepted()).content]).toEqual(['stored', 'stored too']);
    await debugging.hub.kill();
  });
});

describeWithNats('the log of a hub that cannot store for the time being', () => {
  test('calls accepted what was stored, and not what was refused', async () => {
    const nats = await NatsServer.start();
    const hub = Program.start(
      [
        ...['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0'],
        ...['--log-level', 'debug', '--append-timeout', '2000'],
      ],
      { NATS_URL: nats.url, HUB_SECRET: 'a secret of more than thirty-two bytes' },
    );
    const { port } = await hub.event('listening');
    const client = await V1Client.join(`ws://127.0.0.1:${port}/ws`);
    client.publish('stored');
    await client.next('ack');
    await nats.kill();
    client.publish('refused');
    expect(await client.next('error')).toMatchObject({ code: 'unavailable', key: 'refused' });
    await client.close();
    await hub.event('client_disconnected');
    expect(hub.count('message_accepted')).toBe(1);
    await hub.kill();
    await nats.end();
  });
});
