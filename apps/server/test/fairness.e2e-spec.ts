import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientFrame, OPCODE, RawSocket, TestClient, V1Client } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const LISTENERS = 50;
/** One chunk of TCP. */
const FLOOD = 9_000;

const sequenceOf = (position: string) => Number(position.split('-').at(-1));

describe('what one client causes', () => {
  let hub: TestHub;
  let listeners: RawSocket[];
  beforeEach(async () => {
    hub = await startHub('--max-message-rate', '0');
    listeners = await Promise.all(
      Array.from({ length: LISTENERS }, () => RawSocket.upgrade(hub.port, '/ws?channel=flood')),
    );
  });
  afterEach(async () => {
    for (const each of listeners) each.destroy();
    await hub.close();
  });

  const flood = () => Buffer.concat(Array.from({ length: FLOOD }, () => clientFrame(OPCODE.text, 'x')));

  test('does not hold others up: what they say meanwhile is stored in the middle of a flood', async () => {
    const [healthy, witness] = [
      await V1Client.join(hub.url),
      await TestClient.connect(`${hub.url}?channel=flood`),
    ];
    const flooder = await RawSocket.upgrade(hub.port, '/ws?channel=flood');
    flooder.write(flood());
    await witness.next();
    healthy.publish('k');
    expect(sequenceOf((await healthy.next('ack')).id)).toBeLessThan(FLOOD);
    expect((await witness.take(FLOOD - 1)).length).toBe(FLOOD - 1);
    flooder.destroy();
  });

  test('is done to the end, also when it has left by then', async () => {
    const witness = await TestClient.connect(`${hub.url}?channel=flood`);
    const flooder = await RawSocket.upgrade(hub.port, '/ws?channel=flood');
    flooder.write(Buffer.concat([flood(), clientFrame(OPCODE.close)]));
    await flooder.readToEnd();
    expect((await witness.take(FLOOD)).length).toBe(FLOOD);
  });

  test('counts no more when the hub has ended the connection, except for what came before', async () => {
    const witness = await TestClient.connect(`${hub.url}?channel=flood`);
    const flooder = await RawSocket.upgrade(hub.port, '/ws?channel=flood');
    flooder.write(
      Buffer.concat([flood(), clientFrame(OPCODE.binary, 'x'), clientFrame(OPCODE.text, 'too late')]),
    );
    expect((await witness.take(FLOOD)).at(-1)?.content).toBe('x');
    const [one, other] = [witness, await TestClient.connect(`${hub.url}?channel=flood`)];
    other.send('after');
    expect((await one.next()).content).toBe('after');
    flooder.destroy();
  });
});
