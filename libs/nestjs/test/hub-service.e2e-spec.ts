import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type INestApplication, Injectable } from '@nestjs/common';
import { HUB_V1 } from '@ws-hub/protocol';
import { TestClient, V1Client } from '@ws-hub/testing';
import { WebSocket } from 'ws';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

@Injectable()
class Backend {
  constructor(readonly hub: HubService) {}
}

const BAD = { code: 'bad_request' };

describe.each(PLATFORMS)('an application on %s', (_name, adapter) => {
  let app: INestApplication;
  let url: string;
  let hub: HubService;
  beforeEach(async () => {
    const options = { maxPayload: 100, logMaxMessages: 50, applicationId: 'backend' };
    app = await createApp(adapter(), { imports: [HubModule.forRoot(options)], providers: [Backend] });
    url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
    hub = app.get(Backend).hub;
  });
  afterEach(() => app.close());

  const contents = async (...args: Parameters<HubService['history']>) =>
    (await hub.history(...args)).map(({ content }) => content);

  test('publishes to all clients of the channel, once for each key', async () => {
    const [plain, v1, elsewhere] = [
      await TestClient.connect(url),
      await V1Client.join(url),
      await TestClient.connect(`${url}?channel=elsewhere`),
    ];
    const first = await hub.publish('main', 'hello', { key: 'k' });
    expect(first).toEqual({ id: expect.stringMatching(/-1$/), duplicate: false });
    expect(await hub.publish('main', 'hello again', { key: 'k' })).toEqual({ ...first, duplicate: true });
    expect(hub.door.counters.duplicates).toBe(1);
    await hub.publish('elsewhere', 'there');
    await hub.publish('main', 'the end');
    const heard = { client_id: 'backend', content: 'hello' };
    expect(await plain.take(2)).toMatchObject([heard, { content: 'the end' }]);
    expect(await v1.next('message')).toMatchObject({ ...heard, id: first.id });
    expect(await elsewhere.next()).toMatchObject({ content: 'there' });
  });

  test('rejects what it may not publish', async () => {
    await expect(hub.publish('a..b', 'x')).rejects.toMatchObject(BAD);
    await expect(hub.publish('main', 'x'.repeat(101))).rejects.toMatchObject(BAD);
    await expect(hub.publish('main', '\ud800')).rejects.toMatchObject(BAD);
    await expect(hub.publish('main', 'x', { key: '' })).rejects.toMatchObject(BAD);
    await expect(hub.publish('a..b', 'x')).rejects.toThrow(
      'channel: this value is not allowed; allowed: 1-64',
    );
    expect(await hub.history('main')).toEqual([]);
  });

  test('reads the messages of a channel', async () => {
    const ids: string[] = [];
    for (const content of ['1', '2', '3', '4']) {
      ids.push((await hub.publish('main', content)).id);
      await hub.publish('other', 'between');
    }
    expect(await contents('main')).toEqual(['1', '2', '3', '4']);
    expect(await contents('main', { limit: 2 })).toEqual(['3', '4']);
    expect(await contents('main', { since: ids[0], limit: 2 })).toEqual(['2', '3']);
    expect(await contents('main', { since: ids[3] })).toEqual([]);
    expect((await hub.history('main', { limit: 1 }))[0]).toEqual({
      ...{ id: ids[3], channel: 'main', clientId: 'backend', key: undefined, content: '4' },
      timestamp: expect.any(Number),
    });
    await expect(hub.history('main', { limit: 0 })).rejects.toMatchObject(BAD);
  });

  test('rejects reading what is no longer kept', async () => {
    const { id } = await hub.publish('main', 'first');
    for (let n = 0; n < 60; n++) await hub.publish('main', String(n));
    await expect(hub.history('main', { since: id })).rejects.toMatchObject({ code: 'gone' });
    expect(await contents('main', { limit: 1 })).toEqual(['59']);
  });

  test('lists connections, and disconnects one', async () => {
    const [alice, bob] = [await TestClient.connect(url), await TestClient.connect(url)];
    const peer = ({ clientId }: TestClient) => ({ clientId, remoteAddress: '127.0.0.1', channel: 'main' });
    expect(hub.connections()).toEqual({ count: 2, peers: [peer(alice), peer(bob)] });
    expect(hub.connections({ limit: 1 })).toEqual({ count: 2, peers: [peer(alice)] });
    expect(() => hub.disconnect(alice.clientId, { code: 1005 })).toThrow('code: this value is not allowed');
    expect(hub.disconnect('nobody')).toBe(0);
    expect(hub.disconnect(alice.clientId, { code: 4403, reason: 'not here' })).toBe(1);
    expect(await alice.closed).toEqual({ code: 4403, reason: 'not here' });
    expect(bob.socket.readyState).toBe(bob.socket.OPEN);
  });

  test('disconnects a client that has not sent its hello yet', async () => {
    const quiet = new WebSocket(url, HUB_V1);
    await once(quiet, 'open');
    const [peer] = hub.connections().peers;
    expect(hub.disconnect(peer?.clientId ?? '', { code: 4403 })).toBe(1);
    expect(await once(quiet, 'close')).toEqual([4403, Buffer.from('')]);
  });
});
