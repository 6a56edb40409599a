import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Controller, type INestApplication, Post, UseGuards } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { HubMessage, Right } from '@ws-hub/protocol';
import { RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import { SignJWT } from 'jose';
import { HubGuard } from '../src/access/hub.guard.js';
import { type Admitted, HubAuthorizer } from '../src/access/hub-authorizer.js';
import { HubModule, type HubModuleExtras } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn } from './nest/nest-app.js';

const SECRET = 'violet-harbour-42-otter-quarry-lamp';
const DAY_MS = 86_400_000;
const ALL: Right[] = [{ match: '>', allow: ['subscribe', 'publish', 'history'] }];
const LISTEN: Right[] = [{ match: '>', allow: ['subscribe'] }];
const PAGE = 'https://page.example';

function jwt(sub: string, hub: Right[] = ALL): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  return new SignJWT({ sub, hub, iat: nowS, exp: nowS + 600 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(SECRET));
}

@Controller()
@UseGuards(HubGuard)
class TransferController {
  @Post('/transfer')
  transfer(): object {
    return { done: true };
  }
}

let app: INestApplication;
let url: string;
let hub: HubService;
afterEach(() => app.close());

async function start(options: HubModuleOptions & HubModuleExtras = {}): Promise<void> {
  app = await createApp(new ExpressAdapter(), {
    imports: [HubModule.forRoot({ auth: 'required', jwtSecrets: [SECRET], ...options })],
    controllers: [TransferController],
  });
  url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
  hub = app.get(HubService, { strict: false });
}

const tcpOf = ({ socket }: V1Client) => (socket as unknown as { _socket: Socket })._socket;

describe('earlier messages are not delivered without the right to history', () => {
  const MIXED: Right[] = [
    { match: 'mine', allow: ['subscribe', 'history'] },
    { match: 'secret', allow: ['subscribe'] },
  ];

  async function startWithSecrets(): Promise<string> {
    await start();
    const { id } = await hub.publish('secret', 'old 1');
    await hub.publish('secret', 'old 2');
    return id.replace(/-\d+$/, '-0');
  }

  /** What a client receives until the end of its replay, if there is one, and then until the answer to a ping. */
  async function heardBy(client: V1Client, isReplayed: boolean): Promise<HubMessage[]> {
    const heard = isReplayed ? await until(client, 'position') : [];
    client.send({ type: 'ping' });
    return [...heard, ...(await until(client, 'pong'))].filter(({ type }) => type === 'message');
  }

  async function until(client: V1Client, last: HubMessage['type']): Promise<HubMessage[]> {
    const heard: HubMessage[] = [];
    while (heard.at(-1)?.type !== last) heard.push(...(await client.take(1)));
    return heard;
  }

  test.each([
    ['no channels', LISTEN, []],
    ['a channel of which it has the history', MIXED, ['mine']],
  ])('to a client that requests %s and adds another in the replay', async (_what, rights, channels) => {
    const since = await startWithSecrets();
    const client = await V1Client.open(url);
    tcpOf(client).cork();
    client.send({ type: 'hello', token: await jwt('mallory', rights), since, channels });
    client.send({ type: 'subscribe', channels: ['secret'] });
    tcpOf(client).uncork();
    const { recovered } = await client.next('welcome');
    expect(await heardBy(client, recovered)).toEqual([]);
  });

  test.each([
    ['no channels', LISTEN, []],
    ['a channel of which it has the history', MIXED, ['mine']],
  ])(
    'to a client with a session of a welcome that requested the beginning of %s',
    async (_what, rights, channels) => {
      const since = await startWithSecrets();
      const token = await jwt('mallory', rights);
      const { session } = (await V1Client.join(url, { token, since, channels })).welcome;
      const client = await V1Client.join(url, { token, session, since, channels: ['secret'] });
      expect(client.welcome.recovered).toBe(false);
      expect(await heardBy(client, false)).toEqual([]);
    },
  );
});

describe('a session', () => {
  test('of the current format is not one of a former format, whatever is put before it', async () => {
    await start({ auth: 'optional', anonymousAllow: ALL });
    const { session } = (await V1Client.join(url, { token: await jwt('alice') })).welcome;
    const client = await V1Client.open(url);
    client.send({ type: 'hello', session: `ws-hub session, 2\n${session}` });
    expect(await client.next('error')).toMatchObject({ code: 'bad_session' });
  });

  test('is only so long', async () => {
    await start({ auth: 'optional', anonymousAllow: ALL });
    const client = await V1Client.open(url);
    client.send({ type: 'hello', session: 'x'.repeat(2_049) });
    expect((await client.closed).code).toBe(4400);
  });
});

describe('a revocation', () => {
  const before = () => ({ issuedBefore: new Date(Date.now() - DAY_MS) });

  test('of all tokens does not affect clients without a token', async () => {
    await start({ auth: 'optional', anonymousAllow: LISTEN });
    const anonymous = await V1Client.join(url);
    await hub.revoke(before());
    await anonymous.expectNothing();
    await TestClient.connect(url);
  });

  test('of all tokens lets a client send its hello that is about to', async () => {
    await start();
    const client = await V1Client.open(url);
    await hub.revoke(before());
    client.send({ type: 'hello', token: await jwt('alice') });
    expect(await client.next('welcome')).toMatchObject({ user: 'alice' });
  });

  test('is for what was read of a client that has left, and was not handled yet', async () => {
    await start();
    const bob = await V1Client.join(url, { token: await jwt('bob') });
    const alice = await V1Client.join(url, { token: await jwt('alice') });
    const left = new Promise<void>((resolve) => {
      hub.door.events.attach({ disconnected: () => resolve() });
    });
    const forbidden = new Promise<string>((resolve) => {
      hub.door.events.attach({ forbidden: (_connection, action) => resolve(action) });
    });
    tcpOf(alice).cork();
    for (let n = 0; n < 150; n++) alice.send({ type: 'ping' });
    alice.publish('late', 'after my end');
    alice.socket.close(1000);
    tcpOf(alice).uncork();
    await left;
    await hub.revoke({ user: 'alice' });
    expect(await forbidden).toBe('publish');
    await bob.expectNothing();
  });

  test.each([500 * DAY_MS, -DAY_MS])('is not kept until %d ms from now', async (inMs) => {
    await start();
    const until = new Date(Date.now() + inMs);
    await expect(hub.revoke({ user: 'alice', until })).rejects.toMatchObject({ code: 'bad_request' });
  });
});

describe('a token that is presented and invalid is not treated as missing', () => {
  const HEAD = [
    'GET /ws HTTP/1.1',
    'Host: hub.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];

  test.each([
    'Authorization: Bearer\tbad',
    'Authorization: Basic eDp5\r\nAuthorization: Bearer bad',
    'Cookie: hub =bad',
    'Cookie: a=b\r\nCookie: hub=bad',
  ])('in %j', async (header) => {
    await start({ auth: 'optional', anonymousAllow: ALL, authCookie: 'hub', allowedOrigins: [PAGE] });
    const socket = await RawSocket.connect(Number(new URL(url).port));
    socket.write([...HEAD, header, '', ''].join('\r\n'));
    expect(await socket.readHead()).toContain('401');
  });
});

test('ten bad tokens in a row end a connection', async () => {
  await start();
  const client = await V1Client.join(url, { token: await jwt('alice') });
  for (let n = 0; n < 10; n++) client.send({ type: 'auth', token: 'bad' });
  expect((await client.closed).code).toBe(1008);
});

describe('the guard of routes', () => {
  const transfer = (headers: Record<string, string>, query = '') =>
    fetch(`${url.replace('ws:', 'http:').replace('/ws', '/transfer')}${query}`, { method: 'POST', headers });

  test('accepts the cookie from pages of allowed origins, and no token from a URL', async () => {
    await start({ authCookie: 'hub', allowedOrigins: [PAGE] });
    const token = await jwt('alice');
    const Cookie = `hub=${token}`;
    expect((await transfer({ Cookie, Origin: PAGE })).status).toBe(201);
    expect((await transfer({ Cookie, Origin: 'https://evil.example' })).status).toBe(401);
    expect((await transfer({ Cookie, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(401);
    expect((await transfer({}, `?access_token=${token}`)).status).toBe(401);
  });

  test('is rejected without token verification', async () => {
    const starting = start({ auth: 'off', jwtSecrets: [] });
    await expect(starting).rejects.toThrow('HubGuard: no authorizer uses tokens');
    await start();
  });
});

describe('an invalid answer of an authorizer', () => {
  test.each([
    { user: null },
    { user: 42 },
    { clientId: 'a:b' },
    { tokenId: 7 },
    { issuedAtS: 'yesterday' },
    { issuedAtS: Date.now() },
    { rights: [{ match: 'a..b', allow: ['publish'] }] },
  ])('rejects the client: %j', async (wrong) => {
    class Wrong extends HubAuthorizer {
      connect(): Admitted {
        return { allowed: true, ...wrong } as unknown as Admitted;
      }
    }
    await start({ authorizer: Wrong });
    await expect(TestClient.connect(url)).rejects.toThrow('503');
  });
});
