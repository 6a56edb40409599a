import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  clientFrame,
  OPCODE,
  type Program,
  RawSocket,
  readFrames,
  startHubProgram,
  TestClient,
} from '@ws-hub/testing';

const BIG = 'x'.repeat(60_000);

describe('under more than it can take', () => {
  let hub: Program;
  let port: number;
  afterEach(() => hub.kill());

  async function start(...flags: string[]): Promise<string> {
    const started = await startHubProgram(...flags);
    ({ hub, port } = started);
    return started.url;
  }

  /** Joins and never reads. */
  async function stalledReader(): Promise<RawSocket> {
    const socket = await RawSocket.upgrade(port, '/ws');
    socket.socket.pause();
    return socket;
  }

  /** Says big messages until `until` settles; the witness proves that each was delivered. */
  async function talkUntil(
    until: Promise<unknown>,
    talker: TestClient,
    witness: TestClient,
  ): Promise<number> {
    let said = 0;
    let done = false;
    void until.finally(() => {
      done = true;
    });
    while (!done) {
      talker.send(`${said} ${BIG}`);
      expect((await witness.next()).content).toBe(`${said} ${BIG}`);
      said++;
    }
    return said;
  }

  test('a client for which too many bytes wait is closed, and the others lose nothing', async () => {
    const url = await start('--max-queued-bytes', '200000');
    // It joins first, so that the others are still to be written to when it is taken out, or have been.
    const stalled = await stalledReader();
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const evicted = hub.event('slow_consumer');
    await talkUntil(evicted, talker, witness);
    expect(await evicted).toMatchObject({ reason: 'bytes' });
    expect(Number((await evicted).queued_bytes)).toBeGreaterThan(200_000);
    expect(await hub.event('client_disconnected')).toMatchObject({ connections: 2 });
    stalled.destroy();
  });

  test('a channel stays one, also when one that was cut off leaves after all others', async () => {
    const url = await start('--max-queued-bytes', '200000');
    const stalled = await stalledReader();
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const evicted = hub.event('slow_consumer');
    await talkUntil(evicted, talker, witness);
    const { client_id } = await evicted;
    await Promise.all([talker.close(), witness.close()]);
    const early = await TestClient.connect(url);
    await hub.event('client_disconnected', (line) => line.client_id === client_id);
    const late = await TestClient.connect(url);
    early.send('do you hear me?');
    expect((await late.next()).content).toBe('do you hear me?');
    stalled.destroy();
  });

  test('a client that is closed for it and reads no more is cut off, long before it would have to answer', async () => {
    const url = await start(
      ...['--max-queued-bytes', '200000', '--close-timeout', '600000', '--ping-interval', '600000'],
    );
    const stalled = await stalledReader();
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const evicted = hub.event('slow_consumer');
    await talkUntil(evicted, talker, witness);
    const { client_id } = await evicted;
    await hub.event('client_disconnected', (line) => line.client_id === client_id);
    stalled.destroy();
  });

  test('a client for which bytes wait too long is closed, however few they are', async () => {
    const url = await start(
      '--max-queue-age',
      '300',
      '--max-queued-bytes',
      '100000000',
      '--max-total-queued-bytes',
      '100000000',
    );
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const stalled = await stalledReader();
    const evicted = hub.event('slow_consumer');
    await talkUntil(evicted, talker, witness);
    expect(await evicted).toMatchObject({ reason: 'age' });
    stalled.destroy();
  });

  test('a client that reads again sees 1013 behind all that waited for it', async () => {
    const url = await start('--max-queued-bytes', '200000');
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const stalled = await stalledReader();
    const evicted = hub.event('slow_consumer');
    await talkUntil(evicted, talker, witness);
    await evicted;
    stalled.socket.resume();
    const frames = readFrames(await stalled.readToEnd());
    expect(frames.at(-1)).toMatchObject({ opcode: OPCODE.close });
    expect(frames.at(-1)?.payload.readUInt16BE(0)).toBe(1013);
  });

  test('above the mark for all, the slowest go first and the hub continues', async () => {
    const url = await start('--max-total-queued-bytes', '2000000', '--max-queued-bytes', '1900000');
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    const stalled = await Promise.all([stalledReader(), stalledReader(), stalledReader()]);
    const evicted = hub.event('slow_consumer', ({ reason }) => reason === 'pressure');
    await talkUntil(evicted, talker, witness);
    talker.send('after');
    expect((await witness.next()).content).toBe('after');
    for (const each of stalled) each.destroy();
  });

  test('a flooder is slowed down, not closed, and all that it says is delivered', async () => {
    const url = await start('--max-message-rate', '200');
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    for (let n = 0; n < 500; n++) talker.send(String(n));
    const heard = await witness.take(500);
    expect(heard.map(({ content }) => Number(content))).toEqual(Array.from({ length: 500 }, (_, n) => n));
    expect((await talker.close()).code).toBe(1000);
  });

  test('a publisher that is paused for longer than a ping may go unanswered survives', async () => {
    const url = await start('--max-message-rate', '100', '--ping-interval', '100', '--ping-timeout', '100');
    const [talker, witness] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    for (let n = 0; n < 250; n++) talker.send(String(n));
    await witness.take(250);
    talker.send('alive');
    expect((await witness.next()).content).toBe('alive');
  });

  test.each([
    ['pings', OPCODE.ping],
    ['pongs', OPCODE.pong],
  ])('a flood of %s is cut off with 1008', async (_what, opcode) => {
    // The flooder does not answer the close frame.
    const url = await start('--max-control-burst', '20', '--close-timeout', '200');
    const witness = await TestClient.connect(url);
    const flooder = await RawSocket.upgrade(port, '/ws');
    flooder.write(Buffer.concat(Array.from({ length: 40 }, () => clientFrame(opcode, 'x'))));
    const frames = readFrames(await flooder.readToEnd());
    expect(frames.at(-1)).toMatchObject({ opcode: OPCODE.close });
    expect(frames.at(-1)?.payload.readUInt16BE(0)).toBe(1008);
    witness.socket.ping();
    await once(witness.socket, 'pong');
  });
});
