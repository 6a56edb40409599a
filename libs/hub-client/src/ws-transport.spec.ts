import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Ending, Opened, Transport } from './transport.js';
import { wsTransport } from './ws-transport.js';

const SHORT_MS = 50;

/** So many turns of the event loop, in which sockets can write. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the transport of Node', () => {
  const cleanUps: (() => void)[] = [];
  afterEach(() => {
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
  });

  async function listen(server: {
    listen(port: number, host: string): unknown;
    address(): unknown;
  }): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server as Server, 'listening');
    cleanUps.push(() => (server as Server).close());
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
  }

  /** Opens a connection and collects its events until it ends. */
  function open(
    url: string,
    onOpen: (transport: Transport) => void = () => undefined,
    protocols: readonly string[] = [],
    handshakeTimeoutMs?: number,
    token?: string,
  ) {
    const told = { opened: undefined as Opened | undefined, texts: [] as string[], signs: 0 };
    const ended = new Promise<Ending>((resolve) => {
      const listener = {
        opened: (opened: Opened) => {
          told.opened = opened;
          onOpen(transport);
        },
        received: (text: string) => told.texts.push(text),
        receivedBinary: () => undefined,
        alive: () => told.signs++,
        ended: resolve,
      };
      const transport = wsTransport(handshakeTimeoutMs)(url, protocols, listener, token);
    });
    return { told, ended };
  }

  test('counts a server that accepts TCP and never answers as gone', async () => {
    const sockets: Socket[] = [];
    const url = await listen(createTcpServer((socket) => sockets.push(socket)));
    const { ended } = open(url, undefined, [], SHORT_MS);
    expect(await ended).toMatchObject({
      code: 1006,
      error: { message: 'the handshake was not answered within 50 ms' },
    });
    for (const socket of sockets) socket.destroy();
  });

  test('reports a refused connection', async () => {
    const server = createTcpServer();
    const url = await listen(server);
    server.close();
    await once(server, 'close');
    expect(await open(url).ended).toMatchObject({ code: 1006, error: { code: 'ECONNREFUSED' } });
  });

  test.each([
    [404, {}, undefined],
    [503, { 'Retry-After': '7' }, 7_000],
    [429, { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    [429, { 'Retry-After': 'soon' }, undefined],
  ])('reports the HTTP response %d with %j', async (httpStatus, headers, retryAfterMs) => {
    const server = createServer();
    server.on('upgrade', (_request, socket) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${httpStatus} No\r\n${lines.join('')}Content-Length: 0\r\n\r\n`);
    });
    const { ended } = open(await listen(server));
    const { error, ...ending } = await ended;
    expect(error).toBeUndefined();
    expect(ending).toEqual({
      code: 1006,
      reason: `refused with HTTP ${httpStatus}`,
      httpStatus,
      retryAfterMs,
    });
  });

  test('reports the own id, messages, every sign of life and the close', async () => {
    const server = new WebSocketServer({ noServer: true });
    const http = createServer();
    http.on('upgrade', (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (peer) => {
        peer.ping();
        peer.once('message', () => {
          peer.send('hello');
          peer.close(1012, 'bye');
        });
      }),
    );
    server.on('headers', (headers) => headers.push('Hub-Client-Id: me'));
    const { told, ended } = open(await listen(http), (transport) => transport.send('hi'));
    expect(await ended).toEqual({ code: 1012, reason: 'bye' });
    expect(told).toEqual({
      opened: { clientId: 'me', protocol: '' },
      texts: ['hello'],
      signs: expect.any(Number),
    });
    expect(told.signs).toBeGreaterThanOrEqual(1);
  });

  test('reports the selected subprotocol, and an offer that was left unanswered', async () => {
    let selected: string | false = 'hub.v1';
    const server = new WebSocketServer({ noServer: true, handleProtocols: () => selected });
    const http = createServer();
    http.on('upgrade', (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (peer) => peer.close(1000)),
    );
    const url = await listen(http);
    const { told, ended } = open(url, undefined, ['hub.v1']);
    await ended;
    expect(told.opened).toEqual({ clientId: undefined, protocol: 'hub.v1' });
    selected = false;
    expect(await open(url, undefined, ['hub.v1']).ended).toMatchObject({
      code: 1006,
      offerUnanswered: true,
      error: { message: 'Server sent no subprotocol' },
    });
    expect(await open(url).ended).toEqual({ code: 1000, reason: '' });
  });

  test('sends a token in a header, and reports it in no refusal', async () => {
    const server = createServer();
    const shown: unknown[] = [];
    server.on('upgrade', ({ url, headers }, socket) => {
      shown.push([url, headers.authorization]);
      socket.end('HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n');
    });
    const url = await listen(server);
    for (const token of [undefined, 'secret']) {
      const { ended } = open(url, undefined, ['hub.v1'], undefined, token);
      expect(JSON.stringify(await ended)).not.toContain('secret');
    }
    expect(shown).toEqual([
      ['/ws', undefined],
      ['/ws', 'Bearer secret'],
    ]);
  });

  test('reads nothing while it is paused', async () => {
    const server = new WebSocketServer({ noServer: true });
    const http = createServer();
    const peers: WebSocket[] = [];
    http.on('upgrade', (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (peer) => peers.push(peer)),
    );
    const heard = new EventEmitter();
    const transport = wsTransport()(await listen(http), [], {
      opened: () => heard.emit('opened'),
      received: (text) => heard.emit('text', text),
      receivedBinary: () => undefined,
      alive: () => undefined,
      ended: () => undefined,
    });
    await once(heard, 'opened');
    transport.pause?.();
    let isPaused = true;
    heard.once('text', () => expect(isPaused).toBe(false));
    // More than the buffers in between: the write only ends when somebody reads.
    const text = 'x'.repeat(2 ** 26);
    const written = new Promise((resolve) => peers[0]?.send(text, resolve));
    expect(await Promise.race([written, turns(100).then(() => 'stuck')])).toBe('stuck');
    isPaused = false;
    transport.resume?.();
    expect(await once(heard, 'text')).toEqual([text]);
    transport.terminate();
  });

  test('reports the end once when it is closed before it was open', async () => {
    const url = await listen(createTcpServer((socket) => socket.destroy()));
    const transport = { ended: 0 };
    const ended = new Promise<Ending>((resolve) => {
      wsTransport()(url, [], {
        opened: () => undefined,
        received: () => undefined,
        receivedBinary: () => undefined,
        alive: () => undefined,
        ended: (ending) => {
          transport.ended++;
          resolve(ending);
        },
      }).close(1000, '');
    });
    expect(await ended).toMatchObject({ code: 1006 });
    expect(transport.ended).toBe(1);
  });
});
