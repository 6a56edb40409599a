import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { Right } from '@ws-hub/protocol';
import { TestClient, V1Client } from '@ws-hub/testing';
import { type ClientOptions, WebSocket } from 'ws';
import { Caller, type HubCaller, HubGuard } from '../src/access/hub.guard.js';
import {
  type Admitted,
  type ConnectRequest,
  HubAuthorizer,
  type Refused,
  type TokenRequest,
  type Verdict,
} from '../src/access/hub-authorizer.js';
import { HubModule } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubService } from '../src/hub.service.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { createApp, listenOn } from './nest/nest-app.js';

const ALL: Right[] = [{ match: '>', allow: ['subscribe', 'publish', 'history'] }];
const PAGE = 'https://example.org';
const LISTEN: Right[] = [{ match: '>', allow: ['subscribe'] }];

/** Tokens state their rights in plain text. They are not signed, which is not tested here. */
function token(admitted: Partial<Admitted>): string {
  return Buffer.from(JSON.stringify({ allowed: true, rights: ALL, ...admitted })).toString('base64url');
}

class PlainWords extends HubAuthorizer {
  connect({ token, dialect }: ConnectRequest): Verdict | Promise<Verdict> {
    return token === undefined && dialect === 'hub.v1' ? { allowed: 'hello' } : this.judge(token);
  }

  override async authenticate({ token }: TokenRequest): Promise<Admitted | Refused> {
    return this.judge(token);
  }

  private judge(token: string | undefined): Admitted | Refused {
    if (token === undefined) return { allowed: false, status: 401, reason: 'no token' };
    if (token === 'expired') return { allowed: false, status: 401, reason: 'expired', isExpired: true };
    if (token === 'later') return { allowed: false, status: 503, reason: 'the keys are out of reach' };
    if (token === 'elsewhere') return { allowed: false, status: 403, reason: 'not here' };
    try {
      return JSON.parse(Buffer.from(token, 'base64url').toString()) as Admitted;
    } catch {
      return { allowed: false, status: 401, reason: 'a bad token' };
    }
  }
}

@Controller()
@UseGuards(HubGuard)
class WhoController {
  @Get('/who')
  who(@Caller() { user, may }: HubCaller): object {
    return { user, speaks: may('publish', 'main') };
  }
}

describe('a hub that knows its users', () => {
  let app: INestApplication;
  let url: string;
  let hub: HubService;
  beforeEach(() => start());
  afterEach(() => app.close());

  async function start(options: HubModuleOptions = {}): Promise<void> {
    app = await createApp(new ExpressAdapter(), {
      imports: [
        HubModule.forRoot({
          authorizer: PlainWords,
          authCookie: 'token',
          allowedOrigins: [PAGE],
          ...options,
        }),
      ],
      controllers: [WhoController],
    });
    url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
    hub = app.get(HubService, { strict: false });
  }

  async function startAgain(options: HubModuleOptions): Promise<void> {
    await app.close();
    await start(options);
  }

  const join = (admitted: Partial<Admitted>, hello: object = {}) =>
    V1Client.join(url, { token: token(admitted), ...hello });

  describe('takes a token', () => {
    const good = token({ user: 'alice' });

    test.each([
      ['the Authorization header', '', { headers: { Authorization: `Bearer ${good}` } }],
      ['the query', `?access_token=${good}`, {}],
      ['a cookie', '', { headers: { Cookie: `other=1; token=${good}` } }],
    ])('from %s', async (_where, query, options) => {
      const client = await TestClient.connect(url + query, options);
      expect(hub.connections().peers[0]).toMatchObject({ user: 'alice', clientId: client.clientId });
    });

    test('from a subprotocol, which it does not select', async () => {
      const client = await V1Client.open(url, [
        `hub.token.${Buffer.from(good).toString('base64url')}`,
        'hub.v1',
      ]);
      expect(client.socket.protocol).toBe('hub.v1');
      client.send({ type: 'hello' });
      expect(await client.next('welcome')).toMatchObject({ user: 'alice' });
    });

    test('from a hello', async () => {
      expect((await join({ user: 'alice' })).welcome).toMatchObject({ user: 'alice' });
    });

    test('twice, if both are one; two different ones are a bad request', async () => {
      const headers = { Authorization: `Bearer ${good}` };
      await TestClient.connect(`${url}?access_token=${good}`, { headers });
      await expect(
        TestClient.connect(`${url}?access_token=${token({ user: 'bob' })}`, { headers }),
      ).rejects.toThrow('400');
    });

    test('from one of two headers only if both are one', async () => {
      const twice = (other: string) => ({
        headers: { Authorization: [`Bearer ${good}`, `Bearer ${other}`] },
      });
      // Node sends both, though its type only declares one.
      const connect = (other: string) => TestClient.connect(url, twice(other) as unknown as ClientOptions);
      await connect(good);
      await expect(connect(token({ user: 'bob' }))).rejects.toThrow('400');
    });

    test.each(['Bearer', 'Bearer ', 'bearer nonsense', `Bearer ${'x'.repeat(4_097)}`])(
      'that is %s as what it is: invalid, and not missing',
      async (Authorization) => {
        await expect(TestClient.connect(url, { headers: { Authorization } })).rejects.toThrow('401');
        await expect(V1Client.open(`${url}?access_token=`)).rejects.toThrow('401');
      },
    );
  });

  describe('refuses', () => {
    test.each([
      ['no token', undefined, 401],
      ['a bad one', 'nonsense', 401],
      ['one for elsewhere', 'elsewhere', 403],
      ['one that nobody can judge now', 'later', 503],
    ])('in the handshake %s', async (_what, bearer, status) => {
      const headers: Record<string, string> =
        bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
      await expect(TestClient.connect(url, { headers })).rejects.toThrow(String(status));
    });

    test('with the challenge that RFC 6750 wants', async () => {
      const socket = new WebSocket(url);
      const challenge = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, { headers }) => resolve(headers['www-authenticate']));
      });
      socket.on('error', () => undefined).terminate();
      expect(challenge).toBe('Bearer');
    });

    test.each([
      ['nonsense', 4401],
      ['elsewhere', 4403],
      ['expired', 4410],
    ])('a page whose token is %s with a close code, which it can read', async (bad, code) => {
      const page = await TestClient.connect(`${url}?access_token=${bad}`, { origin: PAGE });
      expect((await page.closed).code).toBe(code);
      expect(hub.connections().count).toBe(0);
    });

    test.each([
      [undefined, 4401],
      ['nonsense', 4401],
      ['elsewhere', 4403],
      ['expired', 4410],
      ['later', 1013],
    ])('a hello with the token %s by closing', async (bad, code) => {
      const client = await V1Client.open(url);
      client.send({ type: 'hello', token: bad });
      expect((await client.closed).code).toBe(code);
    });

    test('a plain client that may not subscribe to its channel', async () => {
      const deaf = token({ user: 'alice', rights: [{ match: 'main', allow: ['publish'] }] });
      await expect(TestClient.connect(`${url}?access_token=${deaf}`)).rejects.toThrow('403');
    });
  });

  test('sends hub.v1 clients the user of the sender, and plain clients the three keys that they know', async () => {
    const [alice, bob] = [await join({ user: 'alice' }), await join({ user: 'bob' })];
    const plain = await TestClient.connect(`${url}?access_token=${token({})}`);
    alice.publish('k', 'hello');
    expect(await bob.next('message')).toMatchObject({ client_id: alice.welcome.client_id, user: 'alice' });
    expect(Object.keys(await plain.next())).toEqual(['client_id', 'timestamp', 'content']);
  });

  test('rejects a publish without the right, by its key, and continues', async () => {
    const [mute, bob] = [await join({ user: 'mute', rights: LISTEN }), await join({ user: 'bob' })];
    mute.publish('k', 'hello');
    expect(await mute.next('error')).toMatchObject({ code: 'forbidden', key: 'k' });
    await bob.expectNothing();
    bob.publish('b', 'still there?');
    expect(await mute.next('message')).toMatchObject({ content: 'still there?' });
  });

  test('closes a plain client that publishes without the right', async () => {
    const bob = await join({ user: 'bob' });
    const mute = await TestClient.connect(`${url}?access_token=${token({ rights: LISTEN })}`);
    mute.send('hello');
    expect((await mute.closed).code).toBe(4403);
    await bob.expectNothing();
  });

  test('refuses a subscribe as a whole, and names what is not allowed', async () => {
    const rights: Right[] = [{ match: 'room.*', allow: ['subscribe'] }];
    const [alice, bob] = [await join({ user: 'alice', rights }, { channels: ['room.1'] }), await join({})];
    alice.send({ type: 'subscribe', channels: ['room.2', 'hall'] });
    expect(await alice.next('error')).toMatchObject({ code: 'forbidden', channels: ['hall'] });
    bob.publish('a', 'unheard', 'room.2');
    bob.publish('b', 'heard', 'room.1');
    expect(await alice.next('message')).toMatchObject({ content: 'heard' });
  });

  test('names the channels of a hello that it rejects, and subscribes to the others', async () => {
    const rights: Right[] = [{ match: 'room.*', allow: ['subscribe'] }];
    const alice = await join({ user: 'alice', rights }, { channels: ['room.1', 'hall'] });
    expect(alice.welcome.refused).toEqual(['hall']);
    const bob = await join({});
    bob.publish('a', 'unheard', 'hall');
    bob.publish('b', 'heard', 'room.1');
    expect(await alice.next('message')).toMatchObject({ content: 'heard' });
  });

  describe('delivers earlier messages', () => {
    const alice = { user: 'alice', rights: LISTEN };

    test('to clients that were there: the session says since when, and subscribe is enough', async () => {
      const [first, bob] = [await join(alice), await join({})];
      const { session, position: since } = first.welcome;
      await first.close();
      bob.publish('k', 'missed');
      await bob.next('ack');
      const again = await join(alice, { session, since });
      expect(again.welcome).toMatchObject({ recovered: true, client_id: first.welcome.client_id });
      expect(await again.next('message')).toMatchObject({ content: 'missed' });
      // The current session is as old as the first one.
      const third = await join(alice, { session: again.welcome.session, since });
      expect(third.welcome.recovered).toBe(true);
    });

    test('to no client that has neither a session nor the right to the history', async () => {
      const bob = await join({});
      const { position: since } = bob.welcome;
      bob.publish('k', 'before');
      await bob.next('ack');
      const { session } = (await join(alice)).welcome;
      expect((await join(alice, { since })).welcome.recovered).toBe(false);
      const late = await join(alice, { session, since });
      expect(late.welcome.recovered).toBe(false);
      await late.expectNothing();
    });

    test('to clients with the right to the history of all requested channels', async () => {
      const bob = await join({});
      const { position: since } = bob.welcome;
      bob.publish('k', 'before');
      await bob.next('ack');
      const historian = await join({ user: 'historian' }, { since });
      expect(historian.welcome.recovered).toBe(true);
      expect(await historian.next('message')).toMatchObject({ content: 'before' });
    });
  });

  test('accepts a session of its user only', async () => {
    const { session, client_id } = (await join({ user: 'alice' })).welcome;
    expect((await join({ user: 'alice' }, { session })).welcome.client_id).toBe(client_id);
    const mallory = await V1Client.open(url);
    mallory.send({ type: 'hello', token: token({ user: 'mallory' }), session });
    expect(await mallory.next('error')).toMatchObject({ code: 'bad_session' });
    mallory.send({ type: 'hello', token: token({ user: 'mallory' }) });
    expect((await mallory.next('welcome')).client_id).not.toBe(client_id);
  });

  describe('renews a token', () => {
    test('without an end, and says until when', async () => {
      const alice = await join({ user: 'alice', expiresAtMs: Date.now() + 60_000 });
      expect(alice.welcome.expires_in).toBeGreaterThan(50_000);
      alice.send({ type: 'auth', token: token({ user: 'alice', expiresAtMs: Date.now() + 600_000 }) });
      const { expires_in, user } = await alice.next('authorized');
      expect(user).toBe('alice');
      expect(expires_in).toBeGreaterThan(60_000);
    });

    test('and handles what follows by the new rights, in order', async () => {
      const [alice, bob] = [await join({ user: 'alice', rights: LISTEN }), await join({})];
      alice.send({ type: 'auth', token: token({ user: 'alice' }) });
      alice.publish('k', 'now I may');
      await alice.next('authorized');
      expect(await alice.next('ack')).toMatchObject({ key: 'k' });
      expect(await bob.next('message')).toMatchObject({ content: 'now I may' });
    });

    test('and ends what it does not allow any longer at a place in the order', async () => {
      const bob = await join({});
      const alice = await join({ user: 'alice' }, { channels: ['main', 'room.1'] });
      bob.publish('a', 'the last', 'room.1');
      await bob.next('ack');
      const rights: Right[] = [{ match: 'main', allow: ['subscribe'] }];
      alice.send({ type: 'auth', token: token({ user: 'alice', rights }) });
      const { id } = await alice.next('message');
      expect(await alice.next('unsubscribed')).toMatchObject({
        channels: ['room.1'],
        reason: 'forbidden',
        position: id,
      });
      await alice.next('authorized');
      bob.publish('b', 'unheard', 'room.1');
      bob.publish('c', 'heard', 'main');
      expect(await alice.next('message')).toMatchObject({ content: 'heard' });
    });

    test.each([
      ['one of another user', token({ user: 'bob' }), 'forbidden'],
      ['a bad one', 'nonsense', 'forbidden'],
      ['one that nobody can judge now', 'later', 'unavailable'],
    ])('but not for %s, which changes nothing', async (_what, other, code) => {
      const [alice, bob] = [await join({ user: 'alice' }), await join({})];
      alice.send({ type: 'auth', token: other });
      expect(await alice.next('error')).toMatchObject({ code });
      alice.publish('k', 'as before');
      await alice.next('ack');
      expect(await bob.next('message')).toMatchObject({ user: 'alice' });
    });
  });

  test('ends a connection after its token and the grace', async () => {
    await startAgain({ tokenGraceMs: 100 });
    const alice = await join({ user: 'alice', expiresAtMs: Date.now() + 100 });
    expect((await alice.closed).code).toBe(4410);
  });

  test('keeps a connection whose token was renewed before the end of the grace', async () => {
    await startAgain({ tokenGraceMs: 1_000 });
    const [late, alice] = [
      await join({ user: 'late', expiresAtMs: Date.now() }),
      await join({ user: 'alice', expiresAtMs: Date.now() }),
    ];
    alice.send({ type: 'auth', token: token({ user: 'alice', expiresAtMs: Date.now() + 60_000 }) });
    await alice.next('authorized');
    expect((await late.closed).code).toBe(4410);
    await alice.expectNothing();
  });

  describe('revokes', () => {
    const at = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

    test('all tokens of a user, and accepts those that were issued later', async () => {
      const [alice, bob] = [await join({ user: 'alice', issuedAtS: at(0) }), await join({ user: 'bob' })];
      await hub.revoke({ user: 'alice' });
      expect((await alice.closed).code).toBe(4401);
      const old = token({ user: 'alice', issuedAtS: at(0) });
      await expect(TestClient.connect(`${url}?access_token=${old}`)).rejects.toThrow('401');
      const again = await V1Client.open(url);
      again.send({ type: 'hello', token: old });
      expect((await again.closed).code).toBe(4401);
      await join({ user: 'alice', issuedAtS: at(60) });
      await bob.expectNothing();
    });

    test('one token by its name', async () => {
      const [one, other] = [
        await join({ user: 'a', tokenId: 't1' }),
        await join({ user: 'a', tokenId: 't2' }),
      ];
      await hub.revoke({ tokenId: 't1' });
      expect((await one.closed).code).toBe(4401);
      await other.expectNothing();
      other.send({ type: 'auth', token: token({ user: 'a', tokenId: 't1' }) });
      expect((await other.closed).code).toBe(4401);
    });

    test('all that were issued before a moment', async () => {
      const [old, fresh] = [await join({ issuedAtS: at(-100) }), await join({ user: 'b', issuedAtS: at(0) })];
      await hub.revoke({ issuedBefore: new Date(at(-50) * 1_000) });
      expect((await old.closed).code).toBe(4401);
      await fresh.expectNothing();
    });

    test.each([{}, { user: '' }, { user: 'a', tokenId: 'b' }, { user: 'a', until: new Date('never') }])(
      'nothing for %j, which is ambiguous',
      async (request) => {
        await expect(hub.revoke(request)).rejects.toMatchObject({ code: 'bad_request' });
      },
    );
  });

  test('gives a user so many connections', async () => {
    await startAgain({ maxConnectionsPerUser: 2 });
    const [first] = [await join({ user: 'alice' }), await join({ user: 'alice' })];
    await expect(TestClient.connect(`${url}?access_token=${token({ user: 'alice' })}`)).rejects.toThrow(
      '429',
    );
    const third = await V1Client.open(url);
    third.send({ type: 'hello', token: token({ user: 'alice' }) });
    expect((await third.closed).code).toBe(1013);
    await join({ user: 'bob' });
    first?.send({ type: 'auth', token: token({ user: 'alice' }) });
    await first?.next('authorized');
  });

  test('guards the routes of its application with the same tokens', async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${url.replace('ws:', 'http:').replace('/ws', '/who')}`, { headers });
    const bearer = { Authorization: `Bearer ${token({ user: 'alice', rights: LISTEN })}` };
    expect(await (await ask(bearer)).json()).toEqual({ user: 'alice', speaks: false });
    const refused = await ask({});
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const { values } = await app.get(HubMetrics, { strict: false }).refusals.get();
    expect(values).toMatchObject([{ labels: { reason: 'unauthorized' }, value: 1 }]);
    await hub.revoke({ user: 'alice' });
    expect((await ask(bearer)).status).toBe(401);
  });
});
