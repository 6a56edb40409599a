import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DelayingProxy, NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { Reader } from '../src/reader.js';

/**
 * The third message claims to be the ninth of its consumer: the library considers the consumer lost, and creates
 * another.
 */
const outOfTurn = (bytes: Buffer) =>
  Buffer.from(bytes.toString('latin1').replace(/(\$JS\.ACK\.\S+)\.1\.3\.3\./, '$1.1.3.9.'), 'latin1');

describeWithNats('the reader of a stream', () => {
  let nats: NatsServer;
  let proxy: DelayingProxy;
  let near: NatsConnection;
  let manager: JetStreamManager;
  let connection: NatsConnection;
  let reader: Reader;
  let heard: number[];
  let endings: string[];
  let ended: Promise<void>;

  beforeAll(async () => {
    nats = await NatsServer.start();
    proxy = await DelayingProxy.before(nats.port, 0, outOfTurn);
    near = await connect({ servers: nats.url });
    manager = await jetstreamManager(near);
  });
  beforeEach(async () => {
    await manager.streams.add({ name: 'read', subjects: ['read.>'] });
    connection = await connect({ servers: `nats://127.0.0.1:${proxy.port}` });
    [heard, endings] = [[], []];
    ended = new Promise((resolve) => {
      reader = new Reader(jetstream(connection), 'read', {
        message: ({ seq }) => heard.push(seq),
        failed: (error) => endings.push(String(error)),
        ended: (error) => {
          endings.push(error?.message ?? '');
          resolve();
        },
      });
    });
  });
  afterEach(async () => {
    await connection.close();
    await manager.streams.delete('read');
  });
  afterAll(async () => {
    await near.close();
    await proxy.close();
    await nats.end();
  });

  const store = async (count: number) => {
    for (let n = 0; n < count; n++) await jetstream(near).publish('read.main', String(n));
  };

  test('ends when the library continues with another consumer, and returns nothing of that one', async () => {
    await store(5);
    await reader.start(0);
    await ended;
    await connection.flush();
    expect(heard).toEqual([1, 2]);
    expect(endings).toEqual(['its consumer was lost']);
  });

  test('ends at a message that cannot be handled, and reports it', async () => {
    const failed = new Promise<unknown>((resolve) => {
      reader = new Reader(jetstream(connection), 'read', {
        message: ({ seq }) => {
          heard.push(seq);
          if (seq === 2) throw new TypeError('a bug');
        },
        failed: resolve,
        ended: () => undefined,
      });
    });
    await store(5);
    await reader.start(0);
    endings.push(String(await failed));
    await connection.flush();
    expect([heard, endings]).toEqual([[1, 2], ['TypeError: a bug']]);
  });

  test('reports nothing more after it was stopped, not even its end', async () => {
    await reader.start(0);
    reader.stop();
    await connection.flush();
    await store(1);
    await connection.flush();
    expect([heard, endings]).toEqual([[], []]);
  });
});
