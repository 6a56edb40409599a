import { afterEach, describe, expect, test } from '@jest/globals';
import { V1Client } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const MESSAGES = 400;
/** Together far more than the buffers of two sockets take. */
const BIG = 'x'.repeat(50_000);
/** More than one part of a replay, with the message that goes beyond it. */
const TWO_PARTS = String(128 * 1024);

describe('a replay to a client that does not read', () => {
  let hub: TestHub;
  afterEach(() => hub.close());

  /** A log with much in it, and a client that asks for all of it and reads nothing. */
  async function stalledReplay(): Promise<{ talker: V1Client; stalled: V1Client }> {
    const talker = await V1Client.join(hub.url);
    const since = talker.welcome.position;
    for (let n = 0; n < MESSAGES; n++) talker.publish(`k${n}`, BIG);
    await talker.take(MESSAGES);
    const stalled = await V1Client.open(hub.url);
    stalled.socket.pause();
    stalled.send({ type: 'hello', since });
    return { talker, stalled };
  }

  /** The types of all that it is told, up to the closing position and the welcome before it. */
  async function readAll(stalled: V1Client): Promise<string[]> {
    stalled.socket.resume();
    const types: string[] = [];
    while (types.at(-1) !== 'position') types.push(...(await stalled.take(1)).map(({ type }) => type));
    return types;
  }

  test('waits for it: the next part is written when the kernel has taken the one before', async () => {
    hub = await startHub('--max-queued-bytes', TWO_PARTS, '--max-byte-rate', '0');
    const { talker, stalled } = await stalledReplay();
    // Each answer is a write, before which the client would be judged by too much that waits.
    for (let n = 0; n < 50; n++) {
      stalled.send({ type: 'ping' });
      talker.publish(`later${n}`);
      await talker.next('ack');
    }
    const types = await readAll(stalled);
    expect(types.filter((type) => type === 'message').length).toBe(MESSAGES + 50);
    expect(types.filter((type) => type === 'pong').length).toBe(50);
  });

  test('is asked for signs of life, but told no position before the end', async () => {
    hub = await startHub('--ping-interval', '100', '--max-byte-rate', '0');
    const { talker, stalled } = await stalledReplay();
    let pings = 0;
    stalled.socket.on('message', (data: Buffer) => {
      if (data.toString() === '{"type":"ping"}') pings++;
    });
    const other = await V1Client.join(hub.url, { channels: ['quiet'] });
    // Whoever moves the log while others are asked for signs of life is told of its place each time.
    for (let n = 0; n < 3; n++) {
      talker.publish(`more${n}`);
      await other.next('position');
    }
    const types = await readAll(stalled);
    expect(pings).toBeGreaterThan(0);
    expect(types.filter((type) => type === 'position').length).toBe(1);
    expect(types.filter((type) => type === 'message').length).toBe(MESSAGES + 3);
  });
});
