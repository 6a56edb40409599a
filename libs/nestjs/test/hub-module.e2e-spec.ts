import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, Post, Req } from '@nestjs/common';
import { RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import { HubModule } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { createApp, listenOn, PLATFORMS } from './nest/nest-app.js';

@Controller()
class HelloController {
  @Get('hello')
  hello(): string {
    return 'hello';
  }

  @Post('echo')
  echo(@Req() { body }: { body: unknown }): unknown {
    return body;
  }
}

const LIMIT = Symbol('LIMIT');

@Module({ providers: [{ provide: LIMIT, useValue: 1 }], exports: [LIMIT] })
class LimitModule {}

describe.each(PLATFORMS)('the hub in an application on %s', (_name, adapter) => {
  const apps: INestApplication[] = [];
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  async function start(...imports: Parameters<typeof createApp>[1]['imports'] & object) {
    const app = await createApp(adapter(), { imports, controllers: [HelloController] });
    apps.push(app);
    return listenOn(app);
  }
  const refused = (url: string) => expect(TestClient.connect(url)).rejects;

  test('connects two clients, plain and hub.v1', async () => {
    const url = `ws://127.0.0.1:${await start(HubModule.forRoot())}/ws`;
    const [alice, bob] = [await TestClient.connect(url), await V1Client.join(url)];
    alice.send('hello');
    expect(await bob.next('message')).toMatchObject({ client_id: alice.clientId, content: 'hello' });
    bob.send({ type: 'publish', key: 'k', content: 'hello yourself' });
    expect(await alice.next()).toMatchObject({ content: 'hello yourself' });
  });

  test('leaves the routes of the application alone', async () => {
    const port = await start(HubModule.forRoot());
    expect(await (await fetch(`http://127.0.0.1:${port}/hello`)).text()).toBe('hello');
    expect((await fetch(`http://127.0.0.1:${port}/ws`)).status).toBe(404);
  });

  test('leaves a request for another upgrade to the application, with its body and its connection', async () => {
    const socket = await RawSocket.connect(await start(HubModule.forRoot()));
    const body = JSON.stringify({ said: 'x'.repeat(10_000) });
    const head = [
      'POST /echo HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ].join('\r\n');
    for (const _ of ['first', 'and again on the same socket']) {
      socket.write(`${head}\r\n\r\n${body.slice(0, 100)}`);
      socket.write(body.slice(100));
      expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 201 /);
      expect((await socket.read(body.length)).toString()).toBe(body);
    }
    socket.destroy();
  });

  test('shows the application each connection once, whatever upgrades are asked for on it', async () => {
    const port = await start(HubModule.forRoot());
    let connections = 0;
    apps[0]?.getHttpServer().on('connection', () => connections++);
    const socket = await RawSocket.connect(port);
    for (const _ of ['first', 'and again']) {
      socket.write('GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
      expect(await socket.readHead()).toMatch(/^HTTP\/1\.1 200 /);
      await socket.read('hello'.length);
    }
    socket.destroy();
    expect(connections).toBe(1);
  });

  test('does not take the body of another upgrade for a request, however many headers hide its length', async () => {
    const port = await start(HubModule.forRoot());
    const body = 'GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    const socket = await RawSocket.connect(port);
    const head = ['POST /echo HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: h2c'].join(
      '\r\n',
    );
    socket.write(`${head}\r\n${'a:\r\n'.repeat(2_000)}Content-Length: ${body.length}\r\n\r\n${body}`);
    const answers = (await socket.readToEnd()).toString();
    expect(answers.match(/^HTTP.*/gm)).toEqual(['HTTP/1.1 431 Request Header Fields Too Large']);
  });

  test('is at its configured path', async () => {
    const port = await start(HubModule.forRoot({ path: '/hub/live' }));
    await TestClient.connect(`ws://127.0.0.1:${port}/hub/live?channel=a`);
    await refused(`ws://127.0.0.1:${port}/ws`).toThrow('404');
    await refused(`ws://127.0.0.1:${port}/hub/live/`).toThrow('404');
  });

  test('has its options from a factory, with what that injects', async () => {
    const module = HubModule.forRootAsync({
      imports: [LimitModule],
      inject: [LIMIT],
      useFactory: (maxConnections: number) => ({ maxConnections }),
    });
    const url = `ws://127.0.0.1:${await start(module)}/ws`;
    await TestClient.connect(url);
    await refused(url).toThrow('503');
  });

  test('holds its caps, its origins and its channel rule', async () => {
    const port = await start(
      HubModule.forRoot({
        allowedOrigins: ['https://example.org'],
        unlimitedNetworks: ['none'],
        maxConnectionsPerIp: 1,
      }),
    );
    const url = `ws://127.0.0.1:${port}/ws`;
    await expect(TestClient.connect(url, { origin: 'https://evil.example' })).rejects.toThrow('403');
    await refused(`${url}?channel=a..b`).toThrow('400');
    await TestClient.connect(url);
    await refused(url).toThrow('429');
  });

  test('sends its clients away when the application closes', async () => {
    const app = await createApp(adapter(), { imports: [HubModule.forRoot()] });
    const client = await TestClient.connect(`ws://127.0.0.1:${await listenOn(app)}/ws`);
    const server = app.getHttpServer();
    await Promise.all([app.close(), once(server, 'close')]);
    expect((await client.closed).code).toBe(1012);
    expect(server.listenerCount('upgrade')).toBe(0);
  });

  test('is one hub for each application of a process', async () => {
    const ports = [await start(HubModule.forRoot()), await start(HubModule.forRoot())];
    const clients = await Promise.all(
      [...ports, ...ports].map((port) => TestClient.connect(`ws://127.0.0.1:${port}/ws`)),
    );
    clients[0]?.send('to my own hub');
    expect(await clients[2]?.next()).toMatchObject({ content: 'to my own hub' });
    clients[1]?.send('to the other');
    expect(await clients[3]?.next()).toMatchObject({ content: 'to the other' });
  });

  test('is twice in one application if each has its path', async () => {
    const port = await start(HubModule.forRoot(), HubModule.forRoot({ path: '/second' }));
    const [alice, bob] = [
      await TestClient.connect(`ws://127.0.0.1:${port}/second`),
      await TestClient.connect(`ws://127.0.0.1:${port}/second`),
    ];
    await TestClient.connect(`ws://127.0.0.1:${port}/ws`);
    alice.send('here');
    expect(await bob.next()).toMatchObject({ content: 'here' });
  });

  test('does not start on a path that another hub of the application has', async () => {
    await expect(start(HubModule.forRoot(), HubModule.forRoot())).rejects.toThrow(
      'path: "/ws" is taken by another HubModule of this HTTP server; allowed: a path of its own',
    );
  });
});

const NOT_ALLOWED: [HubModuleOptions, string][] = [
  [{ maxPayload: 0 }, 'maxPayload: 0 is not allowed; allowed: bytes, a whole number from 1 to 67108864'],
  [{ pingIntervalMs: 1.5 }, 'pingIntervalMs: 1.5 is not allowed; allowed: milliseconds, a whole number'],
  [{ path: 'ws' }, 'path: "ws" is not allowed; allowed: a path that begins with /'],
  [{ path: '/ws?a' }, 'path: "/ws?a" is not allowed'],
  [{ allowedOrigins: ['example.org'] }, 'allowedOrigins: ["example.org"] is not allowed'],
  [{ trustedProxies: ['10.0.0.0/33'] }, 'trustedProxies: ["10.0.0.0/33"] is not allowed'],
  [{ maxTotalQueuedBytes: 10 }, 'maxTotalQueuedBytes: 10 is not allowed; allowed: at least maxQueuedBytes'],
  [{ hubSecret: 'short' }, 'hubSecret: this value is not allowed; allowed: at least 32 bytes'],
];

test.each(NOT_ALLOWED)('the options %j do not start', async (options, message) => {
  const [[, adapter]] = PLATFORMS;
  await expect(createApp(adapter(), { imports: [HubModule.forRoot(options)] })).rejects.toThrow(message);
});
