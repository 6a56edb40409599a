import { afterEach, describe, expect, test } from '@jest/globals';
import { type Program, RawSocket, startHubProgram, TestClient } from '@ws-hub/testing';

describe('the drain', () => {
  let hub: Program;
  let port: number;
  afterEach(() => hub.kill());

  async function start(...flags: string[]): Promise<string> {
    const started = await startHubProgram(...flags);
    ({ hub, port } = started);
    return started.url;
  }

  /** A client that never answers a close frame holds the drain open for as long as a test needs it. */
  async function holdOpen(): Promise<RawSocket> {
    return RawSocket.upgrade(port, '/ws?channel=silent');
  }

  test('advises in its reason over how long to reconnect', async () => {
    const client = await TestClient.connect(await start());
    hub.signal('SIGTERM');
    expect(await client.closed).toEqual({ code: 1012, reason: 'reconnect in 1000 ms' });
  });

  test('refuses newcomers with 503 and Retry-After, and says that it is not ready but alive', async () => {
    const url = await start();
    const held = await holdOpen();
    hub.signal('SIGTERM');
    await hub.event('draining');
    await expect(TestClient.connect(url)).rejects.toThrow('503');
    expect(await hub.event('handshake_refused')).toMatchObject({ status: 503, reason: 'draining' });
    const status = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).then((answer) => answer.status);
    expect(await status('/readyz')).toBe(503);
    expect(await status('/healthz')).toBe(200);
    held.destroy();
    expect((await hub.exited).code).toBe(0);
  });

  test('delivers what was accepted before each close frame', async () => {
    const url = await start('--flush-interval-ms', '1000', '--log-level', 'debug');
    const [alice, bob] = await Promise.all([TestClient.connect(url), TestClient.connect(url)]);
    alice.send('goes out at once');
    await bob.next();
    for (let n = 0; n < 100; n++) alice.send(String(n));
    await hub.event('message_accepted', ({ content }) => content === '99');
    hub.signal('SIGTERM');
    expect((await bob.take(100)).map(({ content }) => Number(content))).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
    expect((await bob.closed).code).toBe(1012);
  });

  test('cuts off who does not answer when its time is over, and ends with 0', async () => {
    // Nothing else would cut it off before this test ends.
    await start('--drain-timeout', '200', '--close-timeout', '600000', '--ping-interval', '600000');
    const held = await holdOpen();
    hub.signal('SIGTERM');
    expect(await hub.exited).toEqual({ code: 0, signal: null });
    held.destroy();
  });

  test('ends at once at a second signal', async () => {
    await start();
    const held = await holdOpen();
    hub.signal('SIGTERM');
    await hub.event('draining');
    hub.signal('SIGTERM');
    expect(await hub.exited).toEqual({ code: 1, signal: null });
    held.destroy();
  });
});
