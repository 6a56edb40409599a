import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { clientFrame, OPCODE, Program, RawSocket, TestClient } from '@ws-hub/testing';
import { residentMb } from './crowd.js';
import { figure, LONG } from './figures.js';

const FLOODERS = 20;
const FRAMES = LONG ? 200_000 : 20_000;
const BATCH = 1_000;

describe(`floods by ${FLOODERS} clients`, () => {
  let hub: Program;
  let port: number;
  beforeEach(async () => {
    hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1', '--metrics-port', '0']);
    port = Number((await hub.event('listening')).port);
  });
  afterEach(() => hub.kill());

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
      const startMb = residentMb(hub.process.pid);
      await Promise.all(Array.from({ length: FLOODERS }, () => flood(first, frame)));
      figure(`flood of ${what}: growth of resident memory`, residentMb(hub.process.pid) - startMb, 'MB');
      alice.send('still served');
      expect((await bob.next()).content).toBe('still served');
    },
    300_000,
  );
});
