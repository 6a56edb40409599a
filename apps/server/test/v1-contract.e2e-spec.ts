import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HUB_SCHEMAS } from '@ws-hub/nestjs/schemas';
import type { HubMessage } from '@ws-hub/protocol';
import { RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import { WebSocket } from 'ws';
import { startHub, startHubIn, type TestHub } from './start-hub.js';

const said = (messages: readonly HubMessage[]) =>
  messages.map((each) =>
    each.type === 'message' ? each.content : each.type === 'ack' ? `+${each.key}` : each.type,
  );

describe('hub.v1', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startHub();
  });
  afterEach(() => hub.close());

  describe('the subprotocol', () => {
    test('is chosen wherever it stands in the list, and then no header tells an id', async () => {
      const socket = new WebSocket(hub.url, ['chat', 'hub.v1']);
      const [[response]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')]);
      expect(response.headers['sec-websocket-protocol']).toBe('hub.v1');
      expect(response.headers['hub-client-id']).toBeUndefined();
      expect(socket.protocol).toBe('hub.v1');
    });

    test.each([['chat'], ['hub.v1.x'], ['HUB.V1']])('is plain for %s', async (offer) => {
      const raw = await RawSocket.connect(hub.port);
      raw.write(
        `GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${offer}\r\n\r\n`,
      );
      const head = await raw.readHead();
      expect(head).toMatch(/ 101 /);
      expect(head).toMatch(/Hub-Client-Id/);
      expect(head).not.toMatch(/Sec-WebSocket-Protocol/i);
      raw.destroy();
    });
  });

  describe('hello', () => {
    test('is answered with a welcome that says who, where and what is allowed', async () => {
      const { welcome } = await V1Client.join(hub.url);
      expect(HUB_SCHEMAS.welcome.parse(welcome)).toEqual(welcome);
      expect(welcome).toMatchObject({ recovered: true, ping_interval: 25_000, max_payload: 65_536 });
      expect(welcome.client_id).toMatch(/^[\w-]{22}$/);
    });

    test.each([
      ['no JSON', 'hello'],
      ['another type', '{"type":"publish","key":"k","content":""}'],
      ['a bad channel', '{"type":"hello","channels":["a..b"]}'],
      [
        'too many channels',
        JSON.stringify({ type: 'hello', channels: Array.from({ length: 101 }, (_, n) => `c${n}`) }),
      ],
    ])('that is %s closes with 4400', async (_what, text) => {
      const client = await V1Client.open(hub.url);
      client.sendText(text);
      expect((await client.closed).code).toBe(4400);
    });

    test('that does not come in time closes with 4408', async () => {
      const hasty = await startHub('--hello-timeout', '100');
      const client = await V1Client.open(hasty.url);
      expect((await client.closed).code).toBe(4408);
      await hasty.close();
    });

    test('with a session gives the former identity, with which nothing is echoed', async () => {
      const [first, bob] = [await V1Client.join(hub.url), await V1Client.join(hub.url)];
      const second = await V1Client.join(hub.url, { session: first.welcome.session });
      expect(second.welcome.client_id).toBe(first.welcome.client_id);
      second.publish('k', 'hi');
      expect(await bob.next('message')).toMatchObject({ content: 'hi', client_id: first.welcome.client_id });
      expect(await first.next('ack')).toEqual(await second.next('ack'));
      await first.expectNothing();
    });

    test('with a forged or foreign session gets bad_session, and a new identity only by a new hello', async () => {
      const other = await startHub();
      const { welcome } = await V1Client.join(other.url);
      const client = await V1Client.open(hub.url);
      client.send({ type: 'hello', session: welcome.session });
      expect(await client.next('error')).toMatchObject({ code: 'bad_session' });
      client.send({ type: 'hello' });
      expect((await client.next('welcome')).client_id).not.toBe(welcome.client_id);
      const twice = await V1Client.open(hub.url);
      twice.send({ type: 'hello', session: `${welcome.client_id}.AAAA` });
      await twice.next('error');
      twice.send({ type: 'hello', session: 'nonsense' });
      expect((await twice.closed).code).toBe(4400);
      await other.close();
    });

    test('with a session of the same secret is known to another hub', async () => {
      const env = { HUB_SECRET: 'a secret that two hubs have in common' };
      const [one, two] = [await startHubIn(env), await startHubIn(env)];
      const { welcome } = await V1Client.join(one.url);
      const again = await V1Client.join(two.url, { session: welcome.session, since: welcome.position });
      expect(again.welcome).toMatchObject({ client_id: welcome.client_id, recovered: false });
      await Promise.all([one.close(), two.close()]);
    });
  });

  describe('publish', () => {
    test('is received by all others, plain and v1, and acked to its sender in its place', async () => {
      const [alice, bob] = [await V1Client.join(hub.url), await V1Client.join(hub.url)];
      const carol = await TestClient.connect(hub.url);
      alice.publish('k1', 'one');
      await carol.next();
      carol.send('two');
      await bob.take(2);
      alice.publish('k2', 'three');
      const [own, , last] = await alice.take(3);
      expect(said([own as HubMessage, last as HubMessage])).toEqual(['+k1', '+k2']);
      expect(await bob.next('message')).toMatchObject({ content: 'three', channel: 'main' });
      expect(await carol.next()).toEqual({
        client_id: alice.welcome.client_id,
        timestamp: expect.any(Number),
        content: 'three',
      });
    });

    test('with a key that was used gets the ack of the first, and is not delivered again', async () => {
      const [alice, bob] = [await V1Client.join(hub.url), await V1Client.join(hub.url)];
      alice.publish('k', 'first');
      const { id } = await alice.next('ack');
      alice.publish('k', 'second');
      expect(await alice.next('ack')).toEqual({ type: 'ack', key: 'k', id, duplicate: true });
      expect(await bob.next('message')).toMatchObject({ id, content: 'first' });
      await bob.expectNothing();
    });

    test('of the same key twice in one turn is acked once, in its place', async () => {
      const slow = await startHub('--flush-interval-ms', '200');
      const [alice, bob] = [await V1Client.join(slow.url), await V1Client.join(slow.url)];
      alice.publish('begin');
      await alice.next('ack');
      alice.publish('k');
      alice.publish('k');
      alice.publish('l');
      expect(said(await alice.take(2))).toEqual(['+k', '+l']);
      expect(said(await bob.take(3))).toEqual(['begin', 'k', 'l']);
      await alice.expectNothing();
      await slow.close();
    });

    test('to a channel that its sender is not subscribed to is acked in the order of what it receives', async () => {
      const [alice, bob] = [
        await V1Client.join(hub.url),
        await V1Client.join(hub.url, { channels: ['other'] }),
      ];
      const dave = await V1Client.join(hub.url, { channels: [] });
      alice.publish('k1', 'one', 'other');
      expect(await bob.next('message')).toMatchObject({ channel: 'other', content: 'one' });
      alice.publish('k2', 'two');
      expect(said(await alice.take(2))).toEqual(['+k1', '+k2']);
      dave.publish('k3', 'three', 'other');
      await dave.next('ack');
      expect(await bob.next('message')).toMatchObject({ content: 'three' });
    });

    test.each([
      ['no key', { type: 'publish', content: 'x' }],
      ['a key with a space', { type: 'publish', key: 'a b', content: 'x' }],
      ['a key that is too long', { type: 'publish', key: 'x'.repeat(65), content: 'x' }],
      ['a bad channel', { type: 'publish', key: 'k', channel: '.', content: 'x' }],
      ['no content', { type: 'publish', key: 'k' }],
      ['an unknown type', { type: 'shout' }],
      ['a second hello', { type: 'hello' }],
      ['no object', 7],
    ])('with %s is a bad request, and after ten of them the connection ends', async (_what, message) => {
      const client = await V1Client.join(hub.url);
      for (let n = 0; n < 10; n++) client.sendText(JSON.stringify(message));
      for (let n = 0; n < 10; n++) expect(await client.next('error')).toMatchObject({ code: 'bad_request' });
      expect((await client.closed).code).toBe(1008);
    });

    test('with unknown keys in the object is fine', async () => {
      const client = await V1Client.join(hub.url);
      client.sendText(JSON.stringify({ type: 'publish', key: 'k', content: 'x', later: true }));
      await client.next('ack');
    });

    test('is never refused for keys, and one client’s flood leaves those of another', async () => {
      const small = await startHub('--log-max-keys', '1000');
      const [alice, flooder] = [
        await V1Client.join(small.url),
        await V1Client.join(small.url, { channels: [] }),
      ];
      alice.publish('k', 'first');
      const { id } = await alice.next('ack');
      for (let n = 0; n < 2_000; n++) flooder.publish(`f${n}`, 'x', 'other');
      expect(new Set((await flooder.take(2_000)).map(({ type }) => type))).toEqual(new Set(['ack']));
      alice.publish('k', 'again');
      expect(await alice.next('ack')).toEqual({ type: 'ack', key: 'k', id, duplicate: true });
      await small.close();
    });
  });

  describe('resume', () => {
    async function talk(count: number, channel?: string): Promise<void> {
      const talker = await V1Client.join(hub.url);
      for (let n = 0; n < count; n++) talker.publish(`t${n}`, String(n), channel);
      await talker.take(count);
      await talker.close();
    }

    test('gives everything after the cursor, then its position, then what is live', async () => {
      const before = await V1Client.join(hub.url);
      await before.close();
      await talk(5);
      const after = await V1Client.join(hub.url, { since: before.welcome.position });
      expect(after.welcome).toMatchObject({ recovered: true, position: before.welcome.position });
      expect(said(await after.take(6))).toEqual(['0', '1', '2', '3', '4', 'position']);
      await talk(1);
      expect(await after.next('message')).toMatchObject({ content: '0' });
    });

    test('ends an empty replay with a position as well', async () => {
      const { welcome } = await V1Client.join(hub.url);
      const after = await V1Client.join(hub.url, { since: welcome.position });
      expect(await after.next('position')).toEqual({ type: 'position', position: welcome.position });
    });

    test('has own messages as acks, whatever their channel, and only the channels that are asked for', async () => {
      const first = await V1Client.join(hub.url);
      first.publish('k1', 'one', 'elsewhere');
      first.publish('k2', 'two');
      await first.take(2);
      await talk(1);
      await talk(1, 'elsewhere');
      const { session, position } = first.welcome;
      const second = await V1Client.join(hub.url, { session, since: position, channels: ['main'] });
      expect(said(await second.take(4))).toEqual(['+k1', '+k2', '0', 'position']);
    });

    test('of a long log while others speak has no seam', async () => {
      const { welcome } = await V1Client.join(hub.url);
      await talk(3_000);
      const talker = await V1Client.join(hub.url, { channels: [] });
      const client = await V1Client.open(hub.url);
      for (let n = 3_000; n < 4_000; n++) {
        if (n === 3_100) client.send({ type: 'hello', since: welcome.position });
        talker.publish(`m${n}`, String(n));
        if (n % 50 === 0) await talker.take(n === 3_000 ? 1 : 50);
      }
      await client.next('welcome');
      const heard = (await client.take(4_001)).flatMap((each) =>
        each.type === 'message' ? [Number(each.content)] : [],
      );
      expect(heard).toEqual(Array.from({ length: 4_000 }, (_, n) => n));
    });

    test.each([
      ['an unknown epoch', () => '0123456789abcdef-0'],
      ['nonsense', () => 'yesterday'],
      ['a place ahead of the log', (position: string) => position.replace(/\d+$/, '999')],
    ])('from %s is not recovered, and goes on live', async (_what, change) => {
      const { welcome } = await V1Client.join(hub.url);
      const client = await V1Client.join(hub.url, { since: change(welcome.position) });
      expect(client.welcome).toMatchObject({ recovered: false, position: welcome.position });
      await talk(1);
      expect(await client.next('message')).toMatchObject({ content: '0' });
    });

    test('from a place that the log has dropped is not recovered; from the last dropped one it is', async () => {
      const small = await startHub('--log-max-messages', '3');
      const talker = await V1Client.join(small.url);
      for (let n = 1; n <= 5; n++) talker.publish(`k${n}`);
      const ids = (await talker.take(5)).map((each) => (each.type === 'ack' ? each.id : ''));
      const lost = await V1Client.join(small.url, { since: ids[0] });
      expect(lost.welcome.recovered).toBe(false);
      const kept = await V1Client.join(small.url, { since: ids[1] });
      expect(kept.welcome.recovered).toBe(true);
      expect(said(await kept.take(4))).toEqual(['k3', 'k4', 'k5', 'position']);
      await small.close();
    });

    test('that the log overtakes closes with 1013, never silently', async () => {
      const small = await startHub('--log-max-messages', '1000', '--log-max-bytes', '1000000000');
      const talker = await V1Client.join(small.url, { channels: [] });
      const big = 'x'.repeat(50_000);
      for (let n = 0; n < 1_000; n++) {
        talker.publish(`k${n}`, big);
        if (n % 50 === 49) await talker.take(50);
      }
      const client = await V1Client.open(small.url);
      client.send({ type: 'hello', since: talker.welcome.position });
      await client.next('welcome');
      client.socket.pause();
      for (let n = 1_000; n < 2_000; n++) {
        talker.publish(`k${n}`, 'small');
        if (n % 50 === 49) await talker.take(50);
      }
      client.socket.resume();
      expect((await client.closed).code).toBe(1013);
      await small.close();
    });
  });

  describe('subscribe and unsubscribe', () => {
    test('change what is received from the connection’s own place on, and nothing is replayed', async () => {
      const [alice, bob] = [await V1Client.join(hub.url), await V1Client.join(hub.url, { channels: [] })];
      alice.publish('k1', 'before', 'news');
      const { id } = await alice.next('ack');
      bob.send({ type: 'subscribe', channels: ['news'] });
      expect(await bob.next('subscribed')).toEqual({ type: 'subscribed', channels: ['news'], position: id });
      alice.publish('k2', 'after', 'news');
      expect(await bob.next('message')).toMatchObject({ content: 'after' });
      bob.send({ type: 'unsubscribe', channels: ['news'] });
      await bob.next('unsubscribed');
      alice.publish('k3', 'gone', 'news');
      await alice.take(2);
      await bob.expectNothing();
    });

    test('keep the order of the log over several channels', async () => {
      const slow = await startHub('--flush-interval-ms', '100');
      const listener = await V1Client.join(slow.url, { channels: ['a', 'b', 'c'] });
      const talker = await V1Client.join(slow.url, { channels: [] });
      for (let n = 0; n < 60; n++) talker.publish(`k${n}`, String(n), 'abc'[n % 3]);
      const heard = (await listener.take(60)).map((each) =>
        each.type === 'message' ? Number(each.content) : -1,
      );
      expect(heard).toEqual(Array.from({ length: 60 }, (_, n) => n));
      await slow.close();
    });

    test('with one bad name change nothing', async () => {
      const client = await V1Client.join(hub.url, { channels: [] });
      client.send({ type: 'subscribe', channels: ['main', 'a..b'] });
      expect(await client.next('error')).toMatchObject({ code: 'bad_request' });
      const talker = await V1Client.join(hub.url);
      talker.publish('k');
      await talker.next('ack');
      await client.expectNothing();
    });
  });

  test('asks for a sign of life, tells the cursor if it moved, and cuts who does not answer', async () => {
    const lively = await startHub('--ping-interval', '200', '--ping-timeout', '100');
    const client = await V1Client.join(lively.url, { channels: ['quiet'] });
    const talker = await V1Client.join(lively.url);
    talker.publish('k');
    const { id } = await talker.next('ack');
    expect(await client.next('position')).toEqual({ type: 'position', position: id });
    const silent = await RawSocket.upgrade(lively.port, '/ws');
    await silent.readToEnd();
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    await lively.close();
  });

  test('answers the ping of a client, and closes for a binary message with 1003', async () => {
    const client = await V1Client.join(hub.url);
    await client.expectNothing();
    client.socket.send(Buffer.from('x'));
    expect((await client.closed).code).toBe(1003);
  });
});
