import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Connection, v1Encoder } from '@ws-hub/hub';
import { type SocketPair, socketPair } from '@ws-hub/testing';
import { HubSocket } from './hub-socket.js';

describe('a socket that is not read from', () => {
  let pair: SocketPair<HubSocket>;
  let connection: Connection;
  beforeEach(async () => {
    pair = await socketPair(HubSocket);
    pair.socket.tcp = pair.transport;
    const member = { clientId: 'alice', encoder: v1Encoder, channel: 'main', remoteAddress: '' };
    connection = new Connection(pair.socket, member, 0);
  });
  afterEach(() => pair.end());

  test('is read from again when no reason is left', async () => {
    const heard = once(pair.socket, 'message');
    for (const reason of ['rate', 'log'] as const) connection.pause(reason);
    pair.client.send('held up');
    connection.resume('rate');
    expect([connection.isPaused, connection.isPausedFor('log')]).toEqual([true, true]);
    connection.resume('log');
    expect(String((await heard)[0])).toBe('held up');
  });

  test('is read from again once the hub has closed it, or its goodbye would be late, but what waits is held', () => {
    connection.close(1012, 'bye');
    connection.pause('rate');
    expect([pair.socket.isPaused, connection.mustWait]).toEqual([false, true]);
  });

  test('has its goodbye read all the same when the hub closes it', async () => {
    const ended = once(pair.socket, 'close');
    connection.pause('log');
    connection.close(1012, 'bye');
    expect(await once(pair.client, 'close')).toEqual([1012, Buffer.from('bye')]);
    expect((await ended)[0]).toBe(1012);
  });
});
