import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { HubClient } from './browser.js';
import { browserTransport, type WebSocketClass } from './browser-transport.js';
import type { Ending, Opened, Transport } from './transport.js';

// The class of ws has the web's interface, and fails handshakes like browsers.
const socketClass = WebSocket as unknown as WebSocketClass;
const SHORT_MS = 50;

describe('the transport of browsers', () => {
  let server: WebSocketServer;
  let url: string;
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });

  function open(
    address: string,
    protocols: readonly string[],
    onOpen: (transport: Transport) => void,
    handshakeTimeoutMs?: number,
  ) {
    const told = { opened: [] as Opened[], texts: [] as string[], binary: [] as number[], ends: 0, signs: 0 };
    const ended = new Promise<Ending>((resolve) => {
      const transport = browserTransport(socketClass, handshakeTimeoutMs)(address, protocols, {
        opened: (opened) => {
          told.opened.push(opened);
          onOpen(transport);
        },
        received: (text) => told.texts.push(text),
        receivedBinary: (bytes) => told.binary.push(bytes),
        alive: () => told.signs++,
        ended: (ending) => {
          told.ends++;
          resolve(ending);
        },
      });
    });
    return { told, ended };
  }

  test('reports the subprotocol, messages and the close', async () => {
    server.on('connection', (peer) =>
      peer.on('message', (text) => {
        peer.send(`${text}!`);
        peer.send(Buffer.from([1, 2, 3]));
        peer.close(1012, 'bye');
      }),
    );
    const { told, ended } = open(url, ['hub.v1'], (transport) => transport.send('hi'));
    expect(await ended).toEqual({ code: 1012, reason: 'bye' });
    expect(told).toEqual({
      opened: [{ clientId: undefined, protocol: 'hub.v1' }],
      texts: ['hi!'],
      binary: [3],
      signs: 2,
      ends: 1,
    });
  });

  test('cannot tell why a handshake failed', async () => {
    server.options.handleProtocols = () => false;
    const { told, ended } = open(url, ['hub.v1'], () => undefined);
    expect(await ended).toEqual({ code: 1006, reason: '' });
    expect(told.opened).toEqual([]);
  });

  test('reports the end at once when it is cut off, and nothing after it', async () => {
    const { told, ended } = open(url, [], (transport) => {
      transport.terminate();
      transport.terminate();
      expect(transport.send('too late')).toBe(false);
    });
    expect(await ended).toEqual({ code: 1006, reason: '' });
    const [peer] = server.clients;
    if (peer && peer.readyState !== WebSocket.CLOSED) await once(peer, 'close');
    expect(told).toMatchObject({ ends: 1, texts: [] });
  });

  test('counts a server that never answers the handshake as gone', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const port = (silent.address() as AddressInfo).port;
    const { ended } = open(`ws://127.0.0.1:${port}`, [], () => undefined, SHORT_MS);
    expect(await ended).toMatchObject({
      code: 1006,
      error: { message: 'the handshake was not answered within 50 ms' },
    });
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('shows a token in the query, as the only place that a page has', async () => {
    const urls: unknown[] = [];
    server.on('connection', (peer, request) => {
      urls.push(request.url);
      peer.close(1000);
    });
    const socket = browserTransport(socketClass);
    for (const [address, token] of [
      [`${url}/ws?channel=a`, 'a+b/c='],
      [`${url}/ws?access_token=old`, 'new'],
      [`${url}/ws`, undefined],
    ] as const)
      await new Promise<Ending>((ended) => {
        const nothing = () => undefined;
        const listener = {
          opened: nothing,
          received: nothing,
          receivedBinary: nothing,
          alive: nothing,
          ended,
        };
        socket(address, [], listener, token);
      });
    expect(urls).toEqual(['/ws?channel=a&access_token=a%2Bb%2Fc%3D', '/ws?access_token=new', '/ws']);
  });

  test('lets a client of a plain hub send its token', async () => {
    server.options.handleProtocols = () => false;
    const shown: unknown[] = [];
    server.on('connection', (_peer, { url: address, headers }) =>
      shown.push([headers['sec-websocket-protocol'], address].join(' ')),
    );
    const client = new HubClient({
      ...{ url: `${url}/ws`, initialMs: 1, token: async () => 'secret' },
      open: browserTransport(socketClass),
    });
    const told: unknown[] = [];
    for (const name of ['connecting', 'disconnected', 'reconnecting', 'connected', 'error'] as const)
      client.on(name, (...args: unknown[]) => told.push(args));
    const connected = new Promise((resolve) => client.on('connected', resolve));
    client.start();
    await connected;
    expect(new Set(shown)).toEqual(new Set(['hub.v1 /ws', ' /ws?access_token=secret']));
    expect(JSON.stringify(told)).not.toContain('secret');
    await client.close();
  });

  test('lets a client find out that a hub only supports plain', async () => {
    server.options.handleProtocols = () => false;
    const client = new HubClient({ url, initialMs: 1, open: browserTransport(socketClass) });
    const connected = new Promise((resolve) => client.on('connected', resolve));
    client.start();
    expect(await connected).toEqual({
      clientId: undefined,
      dialect: 'plain',
      recovered: true,
      newIdentity: false,
    });
    await client.close();
  });
});
