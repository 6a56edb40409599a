import { afterEach, describe, expect, test } from '@jest/globals';
import { Program, RawSocket, TestClient } from '@ws-hub/testing';

describe('the end of the hub', () => {
  let hub: Program;
  afterEach(() => hub.kill());

  async function start(): Promise<number> {
    hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1']);
    return Number((await hub.event('listening')).port);
  }

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s every client sees 1012 and the exit code is 0',
    async (signal) => {
      const port = await start();
      const clients = await Promise.all(
        Array.from({ length: 5 }, () => TestClient.connect(`ws://127.0.0.1:${port}/ws`)),
      );
      hub.signal(signal);
      for (const client of clients) expect((await client.closed).code).toBe(1012);
      expect(await hub.exited).toEqual({ code: 0, signal: null });
    },
  );

  test('an idle HTTP connection does not hold it up', async () => {
    const port = await start();
    const socket = await RawSocket.connect(port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await socket.readUntil('{"status":"ok"}');
    hub.signal('SIGTERM');
    expect(await hub.exited).toEqual({ code: 0, signal: null });
  });
});
