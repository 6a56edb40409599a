import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection } from './connection.js';

describe('a connection that is not read from', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let socket: WebSocket;
  let connection: Connection;
  beforeEach(async () => {
    // Nothing but an answer ends a connection that is closed.
    const options = { port: 0, host: '127.0.0.1', closeTimeout: 600_000 };
    server = new WebSocketServer(options);
    await once(server, 'listening');
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const [accepted, { socket: transport }] = (await once(server, 'connection')) as [
      WebSocket,
      IncomingMessage,
    ];
    socket = accepted;
    const member = {
      clientId: 'alice',
      dialect: 'v1',
      channel: 'main',
      remoteAddress: '',
      transport,
    } as const;
    connection = new Connection(socket, member, 0);
    await once(client, 'open');
  });
  afterEach(() => {
    client.terminate();
    socket.terminate();
    server.close();
  });

  test('is read from again when no reason is left', async () => {
    const heard = once(socket, 'message');
    for (const reason of ['rate', 'log'] as const) connection.pause(reason);
    client.send('held up');
    connection.resume('rate');
    expect([connection.isPaused, connection.isPausedFor('log')]).toEqual([true, true]);
    connection.resume('log');
    expect(String((await heard)[0])).toBe('held up');
  });

  test('has its goodbye read all the same when the hub closes it', async () => {
    const ended = once(socket, 'close');
    connection.pause('log');
    connection.close(1012, 'bye');
    expect(await once(client, 'close')).toEqual([1012, Buffer.from('bye')]);
    expect((await ended)[0]).toBe(1012);
  });
});
