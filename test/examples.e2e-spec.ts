import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { HubClient, type ReceivedMessage } from '@ws-hub/hub-client';
import { Inbox, TestClient } from '@ws-hub/testing';
import { WebSocket } from 'ws';
import { Application } from './packages/application.js';
import { Example, manifestOf } from './packages/example.js';
import { packageJson, read } from './repository.js';

const INSTALLING_MS = 180_000;
const [, FIRST = ''] = /```ts\n([\s\S]*?)```/.exec(read('libs/nestjs/README.md')) ?? [];

test.each(['nest-express', 'nest-fastify-auth-stub', 'nest-tokens', 'local-issuer'])(
  '%s names the versions that the hub does',
  (name) => {
    const { dependencies, devDependencies } = manifestOf(name);
    const ours: Record<string, string> = { ...packageJson.devDependencies, ...packageJson.dependencies };
    for (const [dependency, range] of Object.entries({ ...dependencies, ...devDependencies }))
      expect({ dependency, range }).toEqual({ dependency, range: ours[dependency] });
  },
);

let application: Application;
afterEach(() => application?.kill());

const connect = (path: string) => TestClient.connect(application.at(path, 'ws'));

async function request(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(application.at(path), init);
  return [response.status, await response.json()];
}

/** That its clients are told to reconnect, and it ends well. */
async function expectDrained(...clients: TestClient[]): Promise<void> {
  application.signal('SIGTERM');
  for (const { closed } of clients) expect((await closed).code).toBe(1012);
  expect(await application.exited).toBe(0);
}

describe('nest-express, from the packages as they are published,', () => {
  let example: Example;
  beforeAll(async () => {
    example = await Example.create('nest-express', { 'first.ts': FIRST.replace('3000', "0, '127.0.0.1'") });
  }, INSTALLING_MS);
  afterAll(() => example?.remove());

  describe('running,', () => {
    beforeEach(async () => {
      application = await Application.start(example.folder);
    });

    const post = (path: string, body: unknown) =>
      request(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });

    test('has rooms, whose messages reach the clients in them', async () => {
      const [alice, bob, elsewhere] = [
        await connect('/ws?channel=room.1'),
        await connect('/ws?channel=room.1'),
        await connect('/ws?channel=room.2'),
      ];
      alice.send('hello');
      expect(await bob.next()).toMatchObject({ client_id: alice.clientId, content: 'hello' });
      elsewhere.send('/whoami');
      expect(await elsewhere.next()).toMatchObject({ content: `you are ${elsewhere.clientId}` });
    });

    test('publishes what is posted, once for each key', async () => {
      const plain = await connect('/ws?channel=room.1');
      const message = { content: 'from HTTP', key: 'k' };
      const id = expect.any(String);
      expect(await post('/rooms/1', message)).toEqual([201, { id, duplicate: false }]);
      expect(await post('/rooms/1', message)).toEqual([201, { id, duplicate: true }]);
      expect(await post('/rooms/..', {})).toMatchObject([404, {}]);
      expect(await post('/rooms/a%20b', message)).toMatchObject([
        400,
        { message: expect.stringMatching(/^channel: /) },
      ]);
      expect(await post('/rooms/1', { content: 'the end' })).toMatchObject([201, {}]);
      expect(await plain.take(2)).toMatchObject([
        { client_id: 'application', content: 'from HTTP' },
        { content: 'the end' },
      ]);
    });

    test('is spoken to by the client library, and its bot answers', async () => {
      const client = new HubClient({ url: application.at('/ws', 'ws'), channels: ['room.1'] });
      const heard = new Inbox<ReceivedMessage>();
      client.on('message', (message) => heard.push(message));
      client.start();
      await client.publish('/whoami', { channel: 'room.1' });
      expect(await heard.next()).toMatchObject({
        channel: 'room.1',
        client_id: 'application',
        content: `you are ${client.clientId}`,
      });
      await client.close();
    });

    test('has the gateway that was there before', async () => {
      const socket = new WebSocket(application.at('/chat', 'ws'));
      await once(socket, 'open');
      socket.send(JSON.stringify({ event: 'echo', data: 'hi' }));
      const [data] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(data.toString())).toEqual({ event: 'echo', data: 'hi' });
      socket.terminate();
    });

    test('tells its clients at SIGTERM to reconnect', async () => {
      await expectDrained(await connect('/ws'), await connect('/ws?channel=room.1'));
    });
  });

  test('has a hub whose ws survives a flood of pings, whichever one platform-ws brings', () => {
    const hub = createRequire(join(example.folder, 'node_modules/@ws-hub/nestjs/package.json'));
    const [major = 0, minor = 0] = hub('ws/package.json').version.split('.').map(Number);
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(8023);
  });

  test('the first example of @ws-hub/nestjs runs beside it', async () => {
    application = await Application.start(example.folder, 'dist/first.js');
    const [alice, bob] = [await connect('/ws'), await connect('/ws')];
    const hello = { client_id: 'application', content: `welcome, ${bob.clientId}` };
    expect((await alice.take(2))[1]).toMatchObject(hello);
    alice.send('hello');
    expect((await bob.take(2))[1]).toMatchObject({ client_id: alice.clientId, content: 'hello' });
    await expectDrained(alice, bob);
  });
});

describe('nest-fastify-auth-stub, from the packages as they are published,', () => {
  let example: Example;
  beforeAll(async () => {
    example = await Example.create('nest-fastify-auth-stub');
  }, INSTALLING_MS);
  afterAll(() => example?.remove());
  beforeEach(async () => {
    application = await Application.start(example.folder);
  });

  const enter = (token: string) => connect(`/ws?token=${token}`);
  const as = (token: string, path: string, method = 'GET') =>
    request(path, { method, headers: { Authorization: `Bearer ${token}` } });

  test('lets in those with a token, under the name that belongs to it, whether it is remembered or not', async () => {
    await expect(enter('guessed')).rejects.toThrow('401');
    await expect(connect('/ws')).rejects.toThrow('401');
    const [first, second, bob] = [
      await enter('alice-secret'),
      await enter('alice-secret'),
      await enter('bob-secret'),
    ];
    expect([first.clientId, second.clientId, bob.clientId]).toEqual(['alice', 'alice', 'bob']);
    first.send('hello');
    expect(await bob.next()).toMatchObject({ client_id: 'alice', content: 'hello' });
  });

  test('shows operators, and nobody else, what was said and who is there', async () => {
    const [alice, bob] = [await enter('alice-secret'), await enter('bob-secret')];
    alice.send('hello');
    await bob.next();
    const path = '/channels/main/history';
    expect(await as('operator-secret', path)).toMatchObject([200, [{ clientId: 'alice', content: 'hello' }]]);
    expect(await as('alice-secret', path)).toMatchObject([403, {}]);
    expect(await as('operator-secret', `${path}?since=forgotten`)).toMatchObject([410, {}]);
    expect(await as('operator-secret', '/channels/a..b/history')).toMatchObject([400, {}]);
    const peers = [{ clientId: 'alice' }, { clientId: 'bob' }];
    expect(await as('operator-secret', '/connections')).toMatchObject([200, { count: 2, peers }]);
    expect(await as('guessed', '/connections')).toMatchObject([403, {}]);
  });

  test('lets operators disconnect a client', async () => {
    const [alice, bob] = [await enter('alice-secret'), await enter('bob-secret')];
    expect(await as('operator-secret', '/clients/alice/connections', 'DELETE')).toEqual([200, { closed: 1 }]);
    expect(await alice.closed).toEqual({ code: 4403, reason: 'disconnected by an operator' });
    await expectDrained(bob);
  });
});
