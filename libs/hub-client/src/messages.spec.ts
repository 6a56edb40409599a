import { beforeEach, describe, expect, test } from '@jest/globals';
import { HubClient } from './hub-client.js';
import { FakeHub } from './testing/fake-hub.js';
import { TestBench, watch } from './testing/test-bench.js';

const LIMIT = 1_000;
/** The limit while the client waits for an answer, or cannot pause. */
const HARD_LIMIT = 4_000;

describe('iterating over the messages', () => {
  let hub: FakeHub;
  let bench: TestBench;
  beforeEach(() => {
    hub = new FakeHub();
    bench = new TestBench({ open: hub.open });
    bench.client.start();
    hub.run();
  });

  function say(count: number): void {
    for (let at = 0; at < count; at++) hub.say(String(hub.log.length + 1));
    hub.run();
  }

  test('gives them in order, also those that came before they were asked for, and waits for more', async () => {
    const messages = bench.client.messages();
    say(2);
    const heard = [await messages.next(), await messages.next()];
    const third = messages.next();
    say(1);
    expect([...heard, await third].map(({ value }) => value?.content)).toEqual(['1', '2', '3']);
  });

  test('ends when the client closes, after what still waits', async () => {
    const heard: string[] = [];
    const messages = bench.client.messages();
    say(3);
    void bench.client.close();
    for await (const { content } of messages) heard.push(content);
    expect(heard).toEqual(['1', '2', '3']);
    expect(await bench.client.messages().next()).toEqual({ done: true, value: undefined });
  });

  test('throws when the hub asks not to reconnect', async () => {
    const next = bench.client.messages().next();
    hub.last.end(1008);
    await expect(next).rejects.toThrow('the hub asked not to reconnect: 1008');
  });

  test('allows one iterator at a time', async () => {
    const messages = bench.client.messages();
    expect(() => bench.client.messages()).toThrow('one iterator at a time');
    await messages.return?.();
    expect(() => bench.client.messages()).not.toThrow();
  });

  test('moves the position when the next message is asked for, with what came in between', async () => {
    const messages = bench.client.messages();
    say(2);
    hub.last.outgoing.push({ type: 'position', position: 'e1-7' });
    hub.run();
    const positions = [bench.client.position];
    for (let times = 0; times < 2; times++) {
      await messages.next();
      positions.push(bench.client.position);
    }
    void messages.next();
    expect([...positions, bench.client.position]).toEqual(['e1-0', 'e1-0', 'e1-1', 'e1-7']);
  });

  test('that was left in the middle keeps its position there', async () => {
    // A client of its own, since the bench has a message listener.
    const client = new HubClient({ url: 'ws://hub/ws', open: hub.open });
    client.start();
    hub.run();
    const messages = client.messages();
    say(4);
    for await (const { content } of messages) if (content === '3') break;
    say(1);
    expect(client.position).toBe('e1-3');
    const next = new TestBench({ open: hub.open, since: client.position });
    next.client.start();
    hub.run();
    expect(next.told('message').map(([each]) => (each as { content: string }).content)).toEqual(['4', '5']);
    hub.last.end(1000);
    hub.connections[1]?.end(1000);
  });

  test('that is not continued pauses the connection, until half of it was taken', async () => {
    const messages = bench.client.messages();
    say(LIMIT - 1);
    expect(hub.last.isPaused).toBe(false);
    say(500);
    expect(hub.last.isPaused).toBe(true);
    for (let at = 1; at <= 500; at++) await messages.next();
    expect(hub.last.isPaused).toBe(true);
    await messages.next();
    expect(hub.last.isPaused).toBe(false);
    expect(hub.connections).toHaveLength(1);
  });

  test('loses nothing to a pause', async () => {
    const messages = bench.client.messages();
    say(3_000);
    await expectAll(messages, 3_000);
  });

  test('pauses for few large messages as well', () => {
    bench.client.messages();
    for (let at = 0; at < 17; at++) hub.say('x'.repeat(65_000));
    hub.run();
    expect(hub.last.isPaused).toBe(true);
  });

  test('neither counts as gone, nor considers the hub gone, while it pauses', () => {
    bench.client.messages();
    say(LIMIT);
    hub.last.heard.length = 0;
    for (let at = 0; at < 20; at++) {
      bench.timers.pass(5_000);
      hub.run();
    }
    expect(hub.last.heard).toEqual(Array(20).fill({ type: 'ping' }));
    expect(bench.client.connected).toBe(true);
  });

  test('continues after a connection that was lost while it paused', async () => {
    const messages = bench.client.messages();
    say(LIMIT + 10);
    hub.last.end();
    bench.timers.pass(60_000);
    say(10);
    expect(hub.last.heard[0]).toMatchObject({ type: 'hello', channels: [] });
    await expectAll(messages, LIMIT + 20);
    expect(bench.told('gap')).toEqual([]);
  });

  test('has no subscriptions where the connection cannot pause, until half was taken, and loses nothing', async () => {
    hub.canPause = false;
    hub.last.end();
    bench.timers.pass(60_000);
    hub.run();
    const messages = bench.client.messages();
    say(HARD_LIMIT + 10);
    expect(hub.connections).toHaveLength(3);
    expect(hub.last.heard).toEqual([expect.objectContaining({ type: 'hello', channels: [] })]);
    say(10);
    for (let at = 0; at < 5; at++) {
      bench.timers.pass(25_000);
      hub.run();
    }
    expect(bench.client.connected).toBe(true);
    await expectAll(messages, HARD_LIMIT + 20);
    expect(hub.connections).toHaveLength(4);
    expect(bench.told('gap')).toEqual([]);
  });

  test.each([
    ['is paused', true],
    ['cannot pause', false],
  ])('may publish and wait for it in the loop, where a connection %s', async (_name, canPause) => {
    hub.canPause = canPause;
    hub.last.end();
    bench.timers.pass(60_000);
    hub.run();
    const messages = bench.client.messages();
    say(HARD_LIMIT + 1_000);
    const loop = { heard: [] as string[], published: 0 };
    void (async () => {
      for await (const { content } of messages) {
        loop.heard.push(content);
        await bench.client.publish(`after ${content}`);
        loop.published++;
      }
    })();
    await expectProgress(() => loop.published === HARD_LIMIT + 1_000);
    expect(loop.heard).toEqual(loop.heard.map((_, at) => String(at + 1)));
    const own = hub.log.filter(({ key }) => key !== undefined).map(({ content }) => content);
    expect(own).toEqual(loop.heard.map((content) => `after ${content}`));
    expect(bench.told('gap')).toEqual([]);
  });

  test('keeps reading for a publish while it pauses, but not forever, and receives no messages in that time', async () => {
    const messages = bench.client.messages();
    say(LIMIT);
    expect(hub.last.isPaused).toBe(true);
    hub.refusal = 'unavailable';
    const published = watch(bench.client.publish('hi'));
    expect(hub.last.isPaused).toBe(false);
    say(HARD_LIMIT * 2);
    expect(hub.connections).toHaveLength(2);
    hub.refusal = undefined;
    await expectProgress(async () => (await published()) !== 'pending');
    expect(bench.client.position).toBe('e1-0');
    await expectAll(messages, LIMIT + HARD_LIMIT * 2);
  });

  test('may change channels in the loop while it receives no messages', async () => {
    hub.canPause = false;
    hub.last.end();
    bench.timers.pass(60_000);
    hub.run();
    const messages = bench.client.messages();
    say(HARD_LIMIT);
    const outcome = watch(bench.client.subscribe('lobby'));
    hub.say('on lobby', 'lobby');
    hub.run();
    hub.say('on lobby, later', 'lobby');
    hub.run();
    expect(await outcome()).toEqual({ value: undefined });
    expect(hub.last.heard.at(-1)).toEqual({ type: 'subscribe', channels: ['lobby'] });
    const heard: string[] = [];
    while (heard.at(-1) !== 'on lobby, later') {
      const next = messages.next();
      hub.run();
      heard.push((await next).value?.content as string);
    }
    expect(heard).toHaveLength(HARD_LIMIT + 2);
  });

  test('reports the gap when it lags behind for longer than the log keeps', async () => {
    hub.canPause = false;
    hub.last.end();
    bench.timers.pass(60_000);
    hub.run();
    const messages = bench.client.messages();
    say(HARD_LIMIT + 10);
    hub.dropped = hub.log.length;
    while (hub.connections.length < 4) {
      await messages.next();
      hub.run();
    }
    expect(bench.told('gap')).toEqual([[`e1-${HARD_LIMIT}`]]);
  });

  test('that is left while it pauses resumes the connection', async () => {
    const messages = bench.client.messages();
    say(LIMIT);
    await messages.return?.();
    expect(hub.last.isPaused).toBe(false);
  });

  test('that has ended does not resume what a new one pauses', async () => {
    const old = bench.client.messages();
    say(LIMIT);
    const closed = bench.client.close();
    hub.run();
    await closed;
    bench.client.start();
    hub.run();
    bench.client.messages();
    say(LIMIT);
    expect(hub.last.isPaused).toBe(true);
    for (let at = 0; at < LIMIT; at++) await old.next();
    expect(hub.last.isPaused).toBe(true);
  });

  test('does not keep a client from closing in the usual way while it receives no messages', async () => {
    hub.canPause = false;
    hub.last.end();
    bench.timers.pass(60_000);
    hub.run();
    bench.client.messages();
    say(HARD_LIMIT);
    const { length } = hub.connections;
    const closed = watch(bench.client.close());
    hub.run();
    expect(await closed()).toEqual({ value: undefined });
    expect(hub.last.closedWith).toBe(1000);
    expect(hub.connections).toHaveLength(length);
  });

  test('does not keep a client from closing while it pauses', async () => {
    bench.client.messages();
    say(LIMIT);
    const closed = watch(bench.client.close());
    hub.run();
    expect(await closed()).toEqual({ value: undefined });
  });

  /** Lets the hub and the application take turns until the condition holds. */
  async function expectProgress(isDone: () => boolean | Promise<boolean>): Promise<void> {
    const maxTurns = HARD_LIMIT * 10;
    for (let turn = 0; turn < maxTurns && !(await isDone()); turn++) {
      hub.run();
      if (turn % 100 === 0) bench.timers.pass(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await isDone()).toBe(true);
  }

  /** Reads so many messages, and lets the hub run in between. */
  async function expectAll(messages: AsyncIterator<{ content: string }>, count: number): Promise<void> {
    for (let at = 1; at <= count; at++) {
      const next = messages.next();
      hub.run();
      expect((await next).value.content).toBe(String(at));
    }
  }
});
