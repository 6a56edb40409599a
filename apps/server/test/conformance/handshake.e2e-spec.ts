import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { handshake, RawSocket, TestClient } from '@ws-hub/testing';
import { startHub, type TestHub } from '../start-hub.js';

const TLS_HELLO = '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03';

describe('the handshake', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  async function answer(request: string): Promise<string> {
    const socket = await RawSocket.connect(hub.port);
    socket.write(request);
    const head = await socket.readHead();
    socket.destroy();
    return head;
  }

  async function stillServes(): Promise<void> {
    const [alice, bob] = await Promise.all([TestClient.connect(hub.url), TestClient.connect(hub.url)]);
    alice.send('still here');
    expect((await bob.next()).content).toBe('still here');
    await Promise.all([alice.close(), bob.close()]);
  }

  test('is answered with the accept value of RFC 6455 and the id of the client', async () => {
    const head = await answer(handshake('/ws'));
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(head).toMatch(/\r\nHub-Client-Id: [A-Za-z0-9_-]{22}\r\n/);
  });

  test('selects no subprotocol and no extension, whatever is offered', async () => {
    const head = await answer(
      handshake('/ws', {
        'Sec-WebSocket-Protocol': 'chat, hub.v2',
        'Sec-WebSocket-Extensions': 'permessage-deflate',
      }),
    );
    expect(head).toMatch(/^HTTP\/1\.1 101 /);
    expect(head).not.toMatch(/Sec-WebSocket-(Protocol|Extensions)/i);
  });

  test.each([
    ['another path', handshake('/nope'), 404],
    ['a path with dots', handshake('/ws/../x'), 404],
    ['an empty channel', handshake('/ws?channel='), 400],
    ['a repeated channel', handshake('/ws?channel=a&channel=b'), 400],
    ['a bad channel', handshake('/ws?channel=a..b'), 400],
    ['a channel that is too long', handshake(`/ws?channel=${'x'.repeat(65)}`), 400],
    ['version 12', handshake('/ws', { 'Sec-WebSocket-Version': '12' }), 426],
    ['no version', handshake('/ws', { 'Sec-WebSocket-Version': undefined }), 426],
    ['no key', handshake('/ws', { 'Sec-WebSocket-Key': undefined }), 400],
    ['a short key', handshake('/ws', { 'Sec-WebSocket-Key': 'abc' }), 400],
    ['another upgrade', handshake('/ws', { Upgrade: 'h2c' }), 400],
    ['no upgrade', handshake('/ws', { Connection: undefined }), 400],
    ['POST', handshake('/ws', {}, 'POST'), 405],
    [
      'POST without an upgrade',
      handshake('/ws', { Connection: undefined, 'Content-Length': '0' }, 'POST'),
      405,
    ],
    ['HTTP/1.0', handshake('/ws').replace('HTTP/1.1', 'HTTP/1.0'), 400],
    ['no Host', handshake('/ws', { Host: undefined }), 400],
    [
      'two keys',
      handshake('/ws').replace('\r\nHost', '\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nHost'),
      400,
    ],
    ['version 8', handshake('/ws', { 'Sec-WebSocket-Version': '8' }), 426],
    ['a body', `${handshake('/ws', { 'Content-Length': '5' })}hello`, 400],
    ['a chunked body', `${handshake('/ws', { 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`, 400],
    [
      'two lengths of a body',
      handshake('/ws', { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }),
      400,
    ],
    [
      'a subprotocol list that takes long to read',
      handshake('/ws', { 'Sec-WebSocket-Protocol': `b${' '.repeat(7_000)}x` }),
      400,
    ],
    ['a header of 16 KiB', handshake('/ws', { 'X-Big': 'x'.repeat(16_384) }), 431],
    ['2,000 headers', handshake('/ws').replace('\r\n\r\n', `\r\n${'a: b\r\n'.repeat(2_000)}\r\n`), 431],
    ['bytes that are no HTTP', TLS_HELLO, 400],
  ])('with %s is answered in HTTP, not cut off', async (_what, request, status) => {
    expect(await answer(request)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await stillServes();
  });

  test.each([
    ['an extension named like a property of objects', { 'Sec-WebSocket-Extensions': 'constructor' }],
    ['a header named like one', { ['__proto__']: 'x' }],
  ])('with %s is granted', async (_what, headers) => {
    expect(await answer(handshake('/ws', headers))).toMatch(/^HTTP\/1\.1 101 /);
    await stillServes();
  });

  test('with the whole URL as its target is granted', async () => {
    expect(await answer(handshake('http://localhost/ws'))).toMatch(/^HTTP\/1\.1 101 /);
  });

  test('that is refused is answered once, whatever stands behind it, and then ends', async () => {
    const socket = await RawSocket.connect(hub.port);
    socket.write(`${handshake('/nope')}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    const answers = (await socket.readToEnd()).toString().match(/HTTP\/1\.1 \d+/g);
    expect(answers).toEqual(['HTTP/1.1 404']);
  });

  test('that stops half-way is answered with 408', async () => {
    const slow = await startHub('--headers-timeout', '300', '--request-timeout', '300');
    const socket = await RawSocket.connect(slow.port);
    socket.write('GET /ws HTTP/1.1\r\nHost: localhost\r\n');
    expect((await socket.readToEnd()).toString()).toMatch(/^HTTP\/1\.1 408 /);
    await slow.close();
  });

  test('of a peer that never ends its side does not hold up the end of the hub', async () => {
    const other = await startHub();
    const socket = connect({ port: other.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write(handshake('/nope'));
    await once(socket.resume(), 'end');
    await other.close();
    socket.destroy();
  });

  test('that is refused says why, and ends the connection', async () => {
    const socket = await RawSocket.connect(hub.port);
    socket.write(handshake('/ws?channel=.a'));
    const text = (await socket.readToEnd()).toString();
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toMatch(/\r\n\r\nchannel must be 1-64 of A-Z a-z 0-9 \. _ - .*\n$/);
  });

  test('and a first message in one packet are both taken', async () => {
    const listener = await TestClient.connect(`${hub.url}?channel=packet`);
    const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
    const socket = await RawSocket.connect(hub.port);
    socket.write(Buffer.concat([Buffer.from(handshake('/ws?channel=packet')), frame]));
    expect((await listener.next()).content).toBe('hi');
    socket.destroy();
  });

  test('of a peer that is gone before the answer harms nobody', async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.connect(hub.port)));
    for (const socket of sockets) {
      socket.write(handshake('/nope'));
      socket.socket.resetAndDestroy();
    }
    await stillServes();
  });

  test('a broken frame ends its own connection with 1002 and no other', async () => {
    const socket = await RawSocket.upgrade(hub.port, '/ws');
    socket.write(Buffer.from([0x81, 0x01, 0x61]));
    expect([...(await socket.read(4))]).toEqual([0x88, 0x02, 0x03, 0xea]);
    await stillServes();
  });
});
