import { afterEach, describe, expect, test } from '@jest/globals';
import { HubService } from '@ws-hub/nestjs';
import { EventStream, KeyFile, RawSocket, TestClient } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const REQUEST = 'GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n';

describe('streams of events of the server', () => {
  let hub: TestHub;
  let url: string;
  afterEach(() => hub.close());

  async function start(...flags: string[]): Promise<void> {
    hub = await startHub('--api-keys-file', new KeyFile().path, ...flags);
    url = `http://127.0.0.1:${hub.port}/v1/events`;
  }

  async function openRaw(): Promise<RawSocket> {
    const socket = await RawSocket.connect(hub.port);
    socket.write(REQUEST);
    await socket.readUntil('"type":"welcome"');
    return socket;
  }

  const disconnected = () =>
    new Promise<number>((resolve) =>
      hub.app.get(HubService, { strict: false }).door.events.attach({
        disconnected: (_connection, { code }) => resolve(code),
      }),
    );

  test('no longer count as waiting sockets: a limit by address holds for them as for WebSockets', async () => {
    await start('--max-connections-per-ip', '12', '--unlimited-networks', 'none');
    const streams = await Promise.all(Array.from({ length: 12 }, () => EventStream.join(url)));
    const tooMany = await EventStream.open(url);
    expect(tooMany.status).toBe(429);
    expect(await tooMany.problem()).toMatchObject({ detail: 'too many connections from this address' });
    await expect(TestClient.connect(hub.url)).rejects.toThrow('429');
    for (const stream of streams) stream.destroy();
  });

  test('are as many as may connect from one address in a second', async () => {
    await start('--max-connects-per-ip-per-second', '2', '--unlimited-networks', 'none');
    const statuses: number[] = [];
    for (let n = 0; n < 3; n++) {
      const stream = await EventStream.open(url);
      statuses.push(stream.status);
      stream.destroy();
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('are refused to a page in a stream that makes it reconnect, as an EventSource never reconnects after a status', async () => {
    await start('--max-http-rate-per-ip', '1', '--unlimited-networks', 'none');
    const ask = () => fetch(url, { headers: { Accept: 'text/event-stream', 'Sec-Fetch-Mode': 'cors' } });
    const first = await ask();
    await first.body?.cancel();
    const second = await ask();
    expect(second.status).toBe(200);
    expect(await second.text()).toMatch(
      /^retry: \d+\n\nevent: closed\ndata: .*"code":1013,.*too many requests/,
    );
    expect((await fetch(url)).status).toBe(429);
  });

  test('end with their socket when another request comes on it', async () => {
    await start();
    const left = disconnected();
    const socket = await openRaw();
    socket.write(REQUEST.repeat(1_000));
    await socket.readToEnd();
    expect(await left).toBe(1006);
  });

  test('end when their peer resets the socket', async () => {
    await start();
    const left = disconnected();
    const socket = await openRaw();
    socket.socket.resetAndDestroy();
    expect(await left).toBe(1006);
  });

  test('do not begin while the hub disconnects its clients', async () => {
    await start();
    const held = await RawSocket.upgrade(hub.port, '/ws');
    const stream = await EventStream.join(url);
    const closing = hub.close();
    await stream.next('closed');
    const late = await EventStream.open(url);
    expect([late.status, late.response.headers['retry-after']]).toEqual([503, '1']);
    expect(await late.problem()).toMatchObject({ status: 503, detail: 'the hub is shutting down' });
    held.destroy();
    await closing;
  });
});
