import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  clientFrame,
  freePort,
  handshake,
  OPCODE,
  Program,
  RawSocket,
  scrape,
  TestClient,
  V1Client,
} from '@ws-hub/testing';

const BUGS = new URL('bugs.js', import.meta.url).href;
/** So that what is bounded in time is reached soon. */
const LIMITS = ['--max-message-rate', '100', '--ping-interval', '100', '--max-queue-age', '100'];

describe('a bug of the hub', () => {
  let hub: Program;
  let port: number;
  let url: string;
  let metricsPort: number;
  beforeEach(async () => {
    metricsPort = await freePort();
    const flags = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', String(metricsPort), ...LIMITS];
    hub = Program.start(['server', ...flags], {}, undefined, ['--import', BUGS]);
    port = Number((await hub.event('listening')).port);
    url = `ws://127.0.0.1:${port}/ws`;
  });
  afterEach(() => hub.kill());

  const bug = { type: 'TypeError', message: 'a bug', stack: expect.stringContaining('bugs.js') };
  const internalErrors = async () => (await scrape(metricsPort)).get('hub_internal_errors_total');

  test('in the handling of a message ends that connection with 1011 and no other', async () => {
    const [alice, bob, carol] = [
      await TestClient.connect(url),
      await TestClient.connect(url),
      await TestClient.connect(url),
    ];
    alice.send('bug: in the handling');
    expect(await alice.closed).toEqual({ code: 1011, reason: 'internal error' });
    expect(await hub.event('internal_error')).toMatchObject({ level: 50, what: 'message', err: bug });
    bob.send('still here');
    expect((await carol.next()).content).toBe('still here');
    expect(await internalErrors()).toBe(1);
  });

  test('in the middle of a join ends that connection, and nothing of it stays', async () => {
    const broken = await TestClient.connect(`${url}?channel=bug`);
    expect((await broken.closed).code).toBe(1011);
    expect(await hub.event('internal_error')).toMatchObject({ what: 'join', err: bug });
    const [alice, bob] = [await TestClient.connect(url), await TestClient.connect(url)];
    alice.send('still here');
    expect((await bob.next()).content).toBe('still here');
    expect((await scrape(metricsPort)).get('hub_connections')).toBe(2);
  });

  test('in the handling of a handshake answers it with 500', async () => {
    await expect(TestClient.connect(`${url}?bug`)).rejects.toThrow('500');
    expect(await hub.event('internal_error')).toMatchObject({ what: 'upgrade', err: bug });
    await TestClient.connect(url);
    expect(await internalErrors()).toBe(1);
  });

  test('in the handling of a request answers it with 500', async () => {
    const { status } = await fetch(`http://127.0.0.1:${port}/ws?bug`);
    expect(status).toBe(500);
    expect(await hub.event('internal_error')).toMatchObject({ what: 'request', err: bug });
    expect(await internalErrors()).toBe(1);
  });

  test('that is reached again and again is counted each time, and does not flood the log', async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => TestClient.connect(url)));
    for (const client of clients) client.send('bug: in the handling');
    for (const client of clients) expect((await client.closed).code).toBe(1011);
    expect(await internalErrors()).toBe(20);
    hub.signal('SIGTERM');
    await hub.exited;
    // One a second: what was said in one burst is one line, or two where a second ended in its middle.
    expect(hub.count('internal_error')).toBeLessThan(5);
  });

  /** The bug was told of, and everybody else is served as before. */
  async function expectOthersServed(what: string, told = hub.event('internal_error')): Promise<void> {
    expect(await told).toMatchObject({ what, err: bug });
    const [alice, bob] = [await TestClient.connect(url), await TestClient.connect(url)];
    alice.send('still here');
    expect((await bob.next()).content).toBe('still here');
    expect(await internalErrors()).toBe(1);
    expect(hub.count('crash')).toBe(0);
  }

  test('in what is counted of a message ends that connection with 1011', async () => {
    const broken = await TestClient.connect(`${url}?channel=bug-count`);
    broken.send('something');
    expect((await broken.closed).code).toBe(1011);
    await expectOthersServed('message');
  });

  test('in the handling of a message that had to wait ends that connection with 1011', async () => {
    const broken = await RawSocket.upgrade(port, '/ws?channel=bug-later');
    // More than the rate in one piece, so that the last ones wait.
    broken.write(Buffer.concat(Array.from({ length: 150 }, () => clientFrame(OPCODE.text, 'something'))));
    const frames = Buffer.from(await broken.readUntil('internal error'), 'latin1');
    expect(frames.subarray(-16, -14).readUInt16BE()).toBe(1011);
    broken.destroy();
    await expectOthersServed('work');
  });

  test('in the answer to what is not HTTP ends that socket', async () => {
    const broken = await RawSocket.connect(port);
    broken.write(handshake('/ws', { 'X-Long': 'x'.repeat(64 * 1024) }));
    expect((await broken.readToEnd()).toString()).toBe('');
    await expectOthersServed('bad request');
  });

  test('in a ping ends that connection with 1011', async () => {
    const broken = await V1Client.join(`${url}?channel=bug-probe`);
    expect((await broken.closed).code).toBe(1011);
    await expectOthersServed('ping');
  });

  test('in what follows on an answer of the log ends that connection with 1011', async () => {
    const { welcome } = await V1Client.join(url);
    const broken = await V1Client.open(`${url}?channel=bug-located`);
    broken.send({ type: 'hello', since: welcome.position });
    expect((await broken.closed).code).toBe(1011);
    await expectOthersServed('hello');
  });

  test('in the end of a client that does not read cuts that one off', async () => {
    const [talker, stalled] = [
      await TestClient.connect(`${url}?channel=bug-slow`),
      await RawSocket.upgrade(port, '/ws?channel=bug-slow'),
    ];
    stalled.socket.pause();
    const told = hub.event('internal_error');
    const talk = setInterval(() => talker.send('x'.repeat(60_000)), 10);
    await told.finally(() => clearInterval(talk));
    const end = once(stalled.socket, 'close');
    stalled.socket.on('error', () => undefined).resume();
    await end;
    await expectOthersServed('slow consumer', told);
  });

  test.each(['bug: later', 'bug: in a promise'])(
    'that nobody catches (%s) is logged, drains the hub and ends it with code 1',
    async (content) => {
      const [alice, bob] = [await TestClient.connect(url), await TestClient.connect(url)];
      alice.send(content);
      expect(await hub.event('crash')).toMatchObject({ level: 60, err: bug });
      expect((await alice.closed).code).toBe(1012);
      expect((await bob.closed).code).toBe(1012);
      expect((await hub.exited).code).toBe(1);
    },
  );

  test('of which there is a second one ends the hub at once, with code 1', async () => {
    // A client that never answers the close frame would hold up the drain.
    const raw = await RawSocket.connect(port);
    raw.write(handshake('/ws'));
    await raw.readHead();
    const alice = await TestClient.connect(url);
    alice.send('bug: twice');
    expect((await hub.exited).code).toBe(1);
    expect(hub.count('crash')).toBe(1);
    if (!raw.socket.destroyed) await once(raw.socket, 'close');
  });
});
