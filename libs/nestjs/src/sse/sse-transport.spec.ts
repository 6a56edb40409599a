import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Inbox, RawSocket } from '@ws-hub/testing';
import { SseTransport, type StreamResponse } from './sse-transport.js';

const LONG_MS = 600_000;
const MIB = Buffer.alloc(1024 * 1024, 'x');
const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

/** A transport, and how it ended. */
interface Opened {
  readonly transport: SseTransport;
  readonly socket: Socket;
  readonly ended: Promise<readonly [number, string]>;
}

describe('a response that stays open', () => {
  let opened: Inbox<Opened>;
  let server: Server;
  let client: RawSocket | undefined;
  beforeEach(() => {
    opened = new Inbox<Opened>();
  });
  afterEach(() => {
    client?.destroy();
    server.close();
  });

  async function listen(listener: RequestListener): Promise<number> {
    server = createServer({ noDelay: false }, listener);
    server.setTimeout(LONG_MS);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  function open(response: StreamResponse, closeTimeoutMs = LONG_MS): void {
    const { socket } = response.req;
    response.setHeader('X-More', 'yes');
    const farewell = (code: number, reason: string) => Buffer.from(`${code} ${reason}\n\n`);
    const transport = SseTransport.open(response, farewell, closeTimeoutMs);
    const ended = new Promise<readonly [number, string]>((resolve) =>
      transport.onEnd((...end) => resolve(end)),
    );
    opened.push({ transport, socket, ended });
  }

  async function start(closeTimeoutMs?: number): Promise<Opened & { client: RawSocket }> {
    const port = await listen((_request, response) => open(response, closeTimeoutMs));
    client = await RawSocket.connect(port);
    client.write(REQUEST);
    return { ...(await opened.next()), client };
  }

  /** Until the buffers of the kernel are full. */
  function fill(transport: SseTransport): void {
    while (transport.isOpen && transport.queuedBytes < MIB.length) transport.write(MIB);
  }

  test('is what is written, without length or chunks, and no timeout of Node ends it', async () => {
    const { client, transport, socket } = await start();
    const head = await client.readHead();
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toMatch(/\r\nX-More: yes\r\n[\s\S]*\r\nConnection: close\r\n/);
    expect(head).not.toMatch(/content-length|transfer-encoding|keep-alive/i);
    expect(socket.timeout).toBe(0);
    transport.write(Buffer.from('one\n'));
    await new Promise<void>((written) =>
      transport.writeAll([Buffer.from('two\n'), Buffer.from('three\n')], written),
    );
    transport.close(1012, 'bye');
    expect((await client.readToEnd()).toString()).toBe('one\ntwo\nthree\n1012 bye\n\n');
  });

  test('is not altered by middleware', async () => {
    const port = await listen((_request, response) => {
      response.writeHead = () => response.setHeader('Content-Encoding', 'gzip');
      open(response);
    });
    client = await RawSocket.connect(port);
    client.write(REQUEST);
    expect(await client.readHead()).not.toMatch(/gzip/);
  });

  test('has ended permanently when it was closed', async () => {
    const { client, transport, ended } = await start();
    transport.close(1013, 'slow');
    transport.close(1011, 'again');
    expect(transport.isOpen).toBe(false);
    transport.probe();
    expect(await ended).toEqual([1013, 'slow']);
    await client.readHead();
    expect((await client.readToEnd()).toString()).toBe('1013 slow\n\n');
  });

  test.each<[string, (client: RawSocket, transport: SseTransport) => void]>([
    ['its peer leaves', (client) => client.destroy()],
    ['its peer ends its side', (client) => client.socket.end()],
    ['it is cut off', (_client, transport) => transport.terminate()],
  ])('has ended without a word when %s', async (_what, end) => {
    const { client, transport, ended } = await start();
    await client.readHead();
    end(client, transport);
    expect(await ended).toEqual([1006, '']);
    expect([transport.isOpen, transport.isGone]).toEqual([false, true]);
  });

  test('reports what waits for a peer that does not read, and when the kernel has accepted it', async () => {
    const { client, transport } = await start();
    await client.readHead();
    client.socket.pause();
    fill(transport);
    const written = new Promise<void>((taken) => transport.writeAll([MIB, MIB], taken));
    expect(transport.queuedBytes).toBeGreaterThan(2 * MIB.length);
    client.socket.resume();
    await written;
    expect(transport.queuedBytes).toBe(0);
  });

  test('also reports when it will never be accepted', async () => {
    const { client, transport, ended } = await start();
    client.socket.pause();
    fill(transport);
    const written = new Promise<void>((taken) => transport.writeAll([MIB], taken));
    transport.terminate();
    await Promise.all([written, ended]);
  });

  test('is cut off when its peer does not read the end', async () => {
    const { client, transport, ended } = await start(50);
    client.socket.pause();
    fill(transport);
    transport.close(1012, 'bye');
    expect(await ended).toEqual([1012, 'bye']);
  });

  test('waits for its turn behind an answer on the same socket', async () => {
    const waiting = new Inbox<StreamResponse>();
    const port = await listen((request, response) => {
      if (request.url === '/slow') waiting.push(response);
      else open(response);
    });
    client = await RawSocket.connect(port);
    client.write(`GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${REQUEST}`);
    const { transport, ended } = await opened.next();
    transport.write(Buffer.from('second'));
    expect(transport.queuedBytes).toBeGreaterThan(0);
    (await waiting.next()).end('first');
    expect(await client.readUntil('second')).toMatch(/firstHTTP\/1\.1 200 OK[\s\S]*\r\n\r\nsecond$/);
    transport.close(1012, 'bye');
    expect((await client.readToEnd()).toString()).toBe('1012 bye\n\n');
    expect(await ended).toEqual([1012, 'bye']);
  });

  test('is a stream of HTTP/2 where the server supports that', async () => {
    const http2 = createHttp2Server((_request, response) => open(response));
    http2.listen(0, '127.0.0.1');
    await once(http2, 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(http2.address() as AddressInfo).port}`);
    const stream = session.request({ ':path': '/' }).setEncoding('utf8');
    const [headers] = await once(stream, 'response');
    expect(headers).toMatchObject({ ':status': 200, 'x-more': 'yes', 'x-accel-buffering': 'no' });
    const { transport, ended } = await opened.next();
    transport.write(Buffer.from('one\n'));
    expect(await once(stream, 'data')).toEqual(['one\n']);
    transport.close(1012, 'bye');
    expect(await once(stream, 'data')).toEqual(['1012 bye\n\n']);
    expect(await ended).toEqual([1012, 'bye']);
    session.close();
    http2.close();
  });
});
