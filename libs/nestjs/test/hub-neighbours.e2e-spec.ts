import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { INestApplication, Type } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Certificates, handshake, Inbox, RawSocket, TestClient } from '@ws-hub/testing';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { HubModule } from '../src/hub.module.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

@WebSocketGateway({ path: '/chat' })
class ChatGateway {
  @SubscribeMessage('echo')
  echo(_client: unknown, said: string): { event: string; data: string } {
    return { event: 'echo', data: `chat: ${said}` };
  }
}

@WebSocketGateway()
class IoGateway {
  @SubscribeMessage('echo')
  echo(_client: unknown, said: string): string {
    return `io: ${said}`;
  }
}

async function talkToHub(port: number): Promise<void> {
  const url = `ws://127.0.0.1:${port}/ws`;
  const [alice, bob] = [await TestClient.connect(url), await TestClient.connect(url)];
  alice.send('to the hub');
  expect(await bob.next()).toMatchObject({ content: 'to the hub' });
}

async function talkToChat(port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ event: 'echo', data: 'hello' }));
  const [data] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(data.toString())).toEqual({ event: 'echo', data: 'chat: hello' });
  socket.terminate();
}

async function talkToSocketIo(port: number): Promise<void> {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  expect(await socket.emitWithAck('echo', 'hello')).toBe('io: hello');
  socket.disconnect();
}

describe.each(PLATFORMS)('the hub on %s', (_name, adapter) => {
  let app: INestApplication;
  afterEach(() => app.close());

  async function create(gateway?: Type): Promise<INestApplication> {
    app = await createApp(adapter(), {
      imports: [HubModule.forRoot()],
      providers: gateway === undefined ? [] : [gateway],
    });
    return app;
  }

  /** The response to an upgrade request for an unknown path. */
  async function answerElsewhere(port: number): Promise<string> {
    const socket = await RawSocket.connect(port);
    socket.write(handshake('/elsewhere', { Connection: 'Upgrade, close' }));
    return (await socket.readToEnd()).toString();
  }

  test('lives beside another ws gateway, which has its own paths and ends what it does not know', async () => {
    const { useWebSocketAdapter } = await create(ChatGateway);
    useWebSocketAdapter.call(app, new WsAdapter(app));
    const port = await listenOn(app);
    await talkToHub(port);
    await talkToChat(port);
    expect(await answerElsewhere(port)).toBe('');
  });

  test('lives beside a Socket.IO gateway', async () => {
    await create(IoGateway);
    app.useWebSocketAdapter(new IoAdapter(app));
    const port = await listenOn(app);
    await talkToHub(port);
    await talkToSocketIo(port);
  });

  test.each([
    ['before', 'ws'],
    ['after', 'ws'],
    ['before', 'Socket.IO'],
    ['after', 'Socket.IO'],
  ] as const)('shows nothing of its handshakes to what was attached %s it by %s', async (when, what) => {
    await create();
    const seen = new Inbox<string | undefined>();
    const attach = () => {
      if (what === 'ws') new WsAdapter(app).create(0, { path: '/other' });
      else new IoAdapter(app).create(0);
      app.getHttpServer().prependListener('upgrade', ({ url }: { url?: string }) => seen.push(url));
    };
    if (when === 'before') attach();
    const port = await listenOn(app);
    if (when === 'after') attach();
    await talkToHub(port);
    const other = await RawSocket.connect(port);
    other.write(handshake('/other'));
    expect(await seen.next()).toBe('/other');
    other.destroy();
  });

  test('passes an upgrade without a route to the routes of the application', async () => {
    await create();
    expect(await answerElsewhere(await listenOn(app))).toMatch(/^HTTP\/1\.1 404 /);
  });
});

(Certificates.canBeMade ? describe : describe.skip)('the hub on a server with TLS', () => {
  const certificates = new Certificates();
  const { cert, key } = certificates.sign('server', 'IP:127.0.0.1');
  const https = { cert: readFileSync(cert), key: readFileSync(key) };
  let app: INestApplication;
  afterEach(() => app.close());
  afterAll(() => certificates.end());

  test.each([
    ['Express', () => new ExpressAdapter(), { httpsOptions: https }],
    ['Fastify', () => new FastifyAdapter({ https }), {}],
  ] as const)('is there on %s, and leaves other requests alone', async (_name, adapter, options) => {
    app = await createApp(adapter(), { imports: [HubModule.forRoot()] }, options);
    const port = await listenOn(app);
    const url = `wss://127.0.0.1:${port}/ws`;
    const [alice, bob] = await Promise.all([
      TestClient.connect(url, { ca: readFileSync(certificates.ca) }),
      TestClient.connect(url, { ca: readFileSync(certificates.ca) }),
    ]);
    alice.send('hello');
    expect(await bob.next()).toMatchObject({ content: 'hello' });
    await expect(
      TestClient.connect(`wss://127.0.0.1:${port}/elsewhere`, { ca: readFileSync(certificates.ca) }),
    ).rejects.toThrow('404');
  });
});
