import { afterEach, describe, expect, test } from '@jest/globals';
import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { clientFrame, handshake, Inbox, OPCODE, RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import { type ConnectRequest, HubAuthorizer, type Verdict } from '../src/access/hub-authorizer.js';
import { HubModule, type HubModuleExtras } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

/** A handshake that waits for its verdict. */
interface Asked extends ConnectRequest {
  decide(verdict: Verdict): void;
  fail(error: Error): void;
}

@Injectable()
class Tokens {
  readonly known = new Map([['secret', 'alice']]);
}

@Module({ providers: [Tokens], exports: [Tokens] })
class TokensModule {}

@Injectable()
class TokenAuthorizer extends HubAuthorizer {
  constructor(private readonly tokens: Tokens) {
    super();
  }

  connect({ request }: ConnectRequest): Verdict {
    const clientId = this.tokens.known.get(request.headers.authorization ?? '');
    if (clientId !== undefined) return { allowed: true, clientId };
    return { allowed: false, status: 401, reason: 'who are you?' };
  }
}

/** An authorizer that returns the function's result. */
function answering(connect: (asked: ConnectRequest) => unknown) {
  return class extends HubAuthorizer {
    connect(asked: ConnectRequest): Verdict {
      return connect(asked) as Verdict;
    }
  };
}

describe.each(PLATFORMS)('a client that connects, on %s,', (_name, adapter) => {
  let app: INestApplication;
  let port: number;
  let url: string;
  afterEach(() => app.close());

  async function start(options: HubModuleOptions & HubModuleExtras): Promise<void> {
    app = await createApp(adapter(), { imports: [HubModule.forRoot(options)] });
    port = await listenOn(app);
    url = `ws://127.0.0.1:${port}/ws`;
  }

  /** Starts with an authorizer that asks the test. */
  async function startAsking(options: HubModuleOptions = {}): Promise<Inbox<Asked>> {
    const inbox = new Inbox<Asked>();
    const authorizer = answering(
      (request) =>
        new Promise<Verdict>((decide, fail) => {
          inbox.push({ ...request, decide, fail });
        }),
    );
    await start({ ...options, authorizer });
    return inbox;
  }

  const refused = (connecting = TestClient.connect(url)) => expect(connecting).rejects;

  async function refusals(): Promise<Record<string, number>> {
    const { values } = await app.get(HubMetrics, { strict: false }).refusals.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.reason, value]));
  }

  test('is admitted with the client id from the authorizer', async () => {
    await start({ authorizer: TokenAuthorizer, imports: [TokensModule] });
    const alice = await TestClient.connect(url, { headers: { Authorization: 'secret' } });
    expect(alice.clientId).toBe('alice');
    await refused().toThrow('401');
    expect(await refusals()).toEqual({ unauthorized: 1 });
  });

  test('does not become another client by its session, once the authorizer has set a client id', async () => {
    const named = answering(({ channel }) => ({ allowed: true, clientId: channel }));
    await start({ authorizer: named });
    const { welcome } = await V1Client.join(`${url}?channel=alice`);
    const mallory = await V1Client.open(`${url}?channel=mallory`);
    mallory.send({ type: 'hello', session: welcome.session });
    expect((await mallory.next('error')).code).toBe('bad_session');
    mallory.send({ type: 'hello' });
    expect((await mallory.next('welcome')).client_id).toBe('mallory');
    const again = await V1Client.open(`${url}?channel=alice`);
    again.send({ type: 'hello', session: welcome.session });
    expect((await again.next('welcome')).client_id).toBe('alice');
  });

  test('is told the reason for a rejection', async () => {
    await start({ authorizer: TokenAuthorizer, imports: [TokensModule] });
    const socket = await RawSocket.connect(port);
    socket.write(handshake('/ws'));
    const [head, body] = (await socket.readToEnd()).toString().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(body).toBe('who are you?\n');
  });

  test('waits for a slow answer, and loses nothing that was sent in the meantime', async () => {
    const asked = await startAsking();
    const socket = await RawSocket.connect(port);
    socket.write(handshake('/ws?channel=a'));
    const first = await asked.next();
    expect([first.channel, first.remoteAddress]).toEqual(['a', '127.0.0.1']);
    socket.write(clientFrame(OPCODE.text, 'early'));
    const hearing = V1Client.join(`${url}?channel=a`);
    (await asked.next()).decide({ allowed: true, clientId: 'bob' });
    const bob = await hearing;
    expect(bob.welcome.client_id).toBe('bob');
    first.decide({ allowed: true });
    expect(await bob.next('message')).toMatchObject({ content: 'early' });
    socket.destroy();
  });

  test('is rejected by a slow answer', async () => {
    const asked = await startAsking();
    const refusal = refused().toThrow('403');
    (await asked.next()).decide({ allowed: false, status: 403, reason: 'not you' });
    await refusal;
    expect(await refusals()).toEqual({ unauthorized: 1 });
  });

  test('is not asked about if the handshake is wrong in itself', async () => {
    const asked = await startAsking();
    await refused(TestClient.connect(`${url}?channel=..`)).toThrow('400');
    const connecting = TestClient.connect(`${url}?channel=right`);
    const first = await asked.next();
    expect(first.channel).toBe('right');
    first.decide({ allowed: true });
    await connecting;
  });

  test('gets 503 if the answer is late, and a later one changes nothing', async () => {
    const asked = await startAsking({ authTimeoutMs: 100 });
    await refused().toThrow('503');
    (await asked.next()).decide({ allowed: true });
    expect(await refusals()).toEqual({ auth_timeout: 1 });
    const connecting = TestClient.connect(url);
    (await asked.next()).decide({ allowed: true });
    await connecting;
  });

  test('gets 503 if the answer fails', async () => {
    const asked = await startAsking();
    const refusal = refused().toThrow('503');
    (await asked.next()).fail(new Error('no database'));
    await refusal;
    expect(await refusals()).toEqual({ auth_failed: 1 });
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['says nothing', () => undefined],
    ['says nothing later', () => Promise.resolve()],
    ['does not say no', () => ({ allowed: 'no' })],
    ['names a header', () => ({ allowed: true, clientId: 'a\r\nSet-Cookie: b' })],
    ['refuses with a status that is none', () => ({ allowed: false, status: 200, reason: '' })],
  ])('gets 503 from an authorizer that %s', async (_what, connect) => {
    await start({ authorizer: answering(connect) });
    await refused().toThrow('503');
    expect(await refusals()).toEqual({ auth_failed: 1 });
  });

  test('gets 503 at once if too many wait', async () => {
    const asked = await startAsking({ maxPendingConnects: 1 });
    const connecting = TestClient.connect(url);
    const first = await asked.next();
    await refused().toThrow('503');
    expect(await refusals()).toEqual({ auth_busy: 1 });
    first.decide({ allowed: true });
    await connecting;
    const second = TestClient.connect(url);
    (await asked.next()).decide({ allowed: true });
    await second;
  });

  test.each(['resetAndDestroy', 'end'] as const)(
    'and leaves by %s before the answer is forgotten',
    async (leave) => {
      const asked = await startAsking({ maxPendingConnects: 1, maxConnections: 1 });
      const socket = await RawSocket.connect(port);
      socket.write(handshake('/ws'));
      const { request, decide } = await asked.next();
      // Not `once`, which rejects at the error of a reset.
      const gone = new Promise((resolve) => request.socket.on('close', resolve));
      socket.socket[leave]();
      await gone;
      const connecting = TestClient.connect(url);
      (await asked.next()).decide({ allowed: true });
      await connecting;
      decide({ allowed: true });
      expect(await refusals()).toEqual({});
    },
  );

  test.each([
    ['maxConnections', '503', 'full'],
    ['maxConnectionsPerIp', '429', 'connections_per_ip'],
  ] as const)('counts towards %s while it waits', async (cap, status, reason) => {
    const asked = await startAsking({ [cap]: 2, unlimitedNetworks: ['none'] });
    const waiting = [TestClient.connect(url), TestClient.connect(url)];
    const both = [await asked.next(), await asked.next()];
    await refused().toThrow(status);
    for (const { decide } of both) decide({ allowed: true });
    const [first] = await Promise.all(waiting);
    await refused().toThrow(status);
    expect(await refusals()).toEqual({ [reason]: 2 });
    await first?.close();
    const third = TestClient.connect(url);
    (await asked.next()).decide({ allowed: true });
    await third;
  });

  test('gets 503 if the hub ends while it waits', async () => {
    const asked = await startAsking();
    const refusal = refused().toThrow('503');
    await asked.next();
    await Promise.all([app.close(), refusal]);
    expect(await refusals()).toEqual({ draining: 1 });
  });
});
