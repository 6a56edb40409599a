import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientFrame, OPCODE, type Program, RawSocket, startHubProgram, TestClient } from '@ws-hub/testing';
import { Crowd, forgetPeak, pace, residentMb, stamped } from './crowd.js';
import { figure, LONG } from './figures.js';

const FLOODERS = 20;
const FRAMES = LONG ? 200_000 : 20_000;
const BATCH = 1_000;
const HEALTHY = 100;
const PER_SECOND = 5_000;
const WARM_UP_SECONDS = LONG ? 4 : 2;

describe(`floods by ${FLOODERS} clients`, () => {
  let hub: Program;
  let port: number;
  beforeEach(async () => {
    ({ hub, port } = await startHubProgram());
  });
  afterEach(() => hub.kill());

  /** The first traffic of any kind makes the young generation of the heap grow by some 25 MB; that is not the flood's. */
  async function warmUp(url: string): Promise<void> {
    const crowd = await Crowd.join(url, HEALTHY);
    let said = 0;
    await pace(WARM_UP_SECONDS * PER_SECOND, PER_SECOND, () =>
      crowd.clients[said++ % HEALTHY]?.send(stamped(100)),
    );
    await crowd.leave();
  }

  /** Sends the same frames over and over until they are all sent or the hub ends the connection. */
  async function flood(first: Buffer, frame: Buffer): Promise<void> {
    const raw = await RawSocket.upgrade(port, '/ws');
    raw.write(first);
    const batch = Buffer.concat(Array(BATCH).fill(frame));
    for (let sent = 0; sent < FRAMES && raw.socket.writable; sent += BATCH) raw.write(batch);
    await raw.readToEnd();
  }

  test.each([
    ['pings', Buffer.alloc(0), clientFrame(OPCODE.ping, Buffer.alloc(100))],
    ['fragments', clientFrame(OPCODE.text, 'x', OPCODE.text), clientFrame(OPCODE.continuation, 'x', 0)],
  ])(
    'of %s are cut off, and healthy clients are served',
    async (what, first, frame) => {
      const url = `ws://127.0.0.1:${port}/ws?channel=healthy`;
      const [alice, bob] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
      await warmUp(`ws://127.0.0.1:${port}/ws?channel=warm`);
      const startMb = residentMb(hub.process.pid);
      forgetPeak(hub.process.pid);
      await Promise.all(Array.from({ length: FLOODERS }, () => flood(first, frame)));
      figure(
        `flood of ${what}: most growth of resident memory`,
        residentMb(hub.process.pid, 'peak') - startMb,
        'MB',
      );
      alice.send('still served');
      expect((await bob.next()).content).toBe('still served');
    },
    300_000,
  );
});
