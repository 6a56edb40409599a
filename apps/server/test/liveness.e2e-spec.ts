import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RawSocket, TestClient } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const PING = [0x89, 0x00];

describe('liveness', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub('--ping-interval', '500', '--ping-timeout', '200');
  });
  afterAll(() => hub.close());

  test('a client that answers pings is kept', async () => {
    const client = await TestClient.connect(hub.url);
    for (let pings = 0; pings < 5; pings++) await once(client.socket, 'ping');
    expect((await client.close()).code).toBe(1000);
  });

  test('a client that answers with another byte is kept as well', async () => {
    const socket = await RawSocket.upgrade(hub.port, '/ws');
    for (let pings = 0; pings < 3; pings++) {
      expect([...(await socket.read(2))]).toEqual(PING);
      socket.write(Buffer.from([0x81, 0x80, 0, 0, 0, 0]));
    }
    socket.destroy();
  });

  test('a silent client is pinged once and then cut off', async () => {
    const socket = await RawSocket.upgrade(hub.port, '/ws');
    expect([...(await socket.readToEnd())]).toEqual(PING);
  });
});
