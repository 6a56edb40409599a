import { describe, expect, test } from '@jest/globals';
import { FakeHub } from './testing/fake-hub.js';
import { TestBench } from './testing/test-bench.js';

const MESSAGES = 1_000;
/** Every third message of the exchange is the client's own. */
const isOwn = (at: number) => at % 3 === 0;

interface Exchange {
  readonly hub: FakeHub;
  readonly bench: TestBench;
  /** The messages and acks that the client received, in the order of the log. */
  readonly heard: string[];
}

function exchange(): Exchange {
  const hub = new FakeHub();
  const bench = new TestBench({ open: hub.open, maxMs: 1 });
  const heard: string[] = [];
  bench.client.on('message', ({ id }) => heard.push(id as string));
  bench.client.start();
  return { hub, bench, heard };
}

function speak({ hub, bench, heard }: Exchange, at: number): void {
  if (!isOwn(at)) hub.say(`other ${at}`);
  else void bench.client.publish(`own ${at}`).then(({ id }) => heard.push(id as string));
}

/** The end of the connection, for a client whose hub has not read everything that it sent. */
function cut({ hub, bench }: Exchange): void {
  hub.last.end();
  bench.timers.pass(1);
}

async function expectEachOnce({ hub, heard, bench }: Exchange): Promise<void> {
  hub.run();
  await new Promise((resolve) => setImmediate(resolve));
  hub.run();
  await new Promise((resolve) => setImmediate(resolve));
  expect(hub.log).toHaveLength(MESSAGES);
  const contents = hub.log.map(({ content }) => content);
  expect(new Set(contents).size).toBe(MESSAGES);
  // Acknowledgements are promises, so they appear a little later than the messages around them.
  const inOrder = heard.toSorted((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1]));
  expect(inOrder).toEqual(hub.log.map(({ sequence }) => `e1-${sequence}`));
  const others = new Set(
    hub.log.filter(({ key }) => key === undefined).map(({ sequence }) => `e1-${sequence}`),
  );
  expect(heard.filter((id) => others.has(id))).toEqual([...others]);
  expect(bench.told('gap')).toEqual([]);
  expect(bench.told('outcomeUnknown')).toEqual([]);
}

describe('a client that is cut off', () => {
  test('at every single frame of an exchange gets every message once, and each of its own is stored once', async () => {
    const all = exchange();
    for (let at = 0; at < MESSAGES; at++) {
      speak(all, at);
      // Besides the message: a welcome, and the position that closes the replay.
      for (let frames = 0; frames < 3; frames++) {
        all.hub.run(frames);
        cut(all);
      }
      all.hub.run();
    }
    await expectEachOnce(all);
    expect(all.hub.connections.length).toBeGreaterThan(3 * MESSAGES);
  });

  test('before the hub has read what it sent, or after, stores it once and in order', async () => {
    const all = exchange();
    all.hub.run();
    for (let at = 0; at < MESSAGES; at++) {
      speak(all, at);
      if (at % 2) all.hub.run(0);
      if (at % 7 === 0) cut(all);
      if (at % 5 === 0) all.hub.run(at % 11);
    }
    await expectEachOnce(all);
    const own = all.hub.log.filter(({ key }) => key !== undefined).map(({ content }) => content);
    expect(own).toEqual(own.toSorted((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1])));
  });

  test.each(Array.from({ length: 30 }, (_, at) => at))(
    'after %d frames of a long replay continues where it was',
    async (frames) => {
      const { hub, bench, heard } = exchange();
      hub.run();
      cut({ hub, bench, heard });
      for (let at = 0; at < 20; at++) hub.say(`other ${at}`);
      hub.run(frames);
      cut({ hub, bench, heard });
      hub.run();
      expect(heard).toEqual(hub.log.map(({ sequence }) => `e1-${sequence}`));
    },
  );

  test('for too long reports a gap, and continues with new messages', () => {
    const { hub, bench, heard } = exchange();
    hub.run();
    hub.say('heard');
    hub.run();
    hub.last.end();
    hub.say('missed');
    hub.dropped = 2;
    bench.timers.pass(1);
    hub.run();
    hub.say('new');
    hub.run();
    expect(bench.told('gap')).toEqual([['e1-1']]);
    expect(heard).toEqual(['e1-1', 'e1-3']);
  });

  test('whose hub has lost its memory reports a gap, and has a new identity', () => {
    const { hub, bench } = exchange();
    hub.run();
    hub.epoch = 'e2';
    hub.knowsSessions = false;
    cut({ hub, bench, heard: [] });
    hub.run();
    expect(bench.told('gap')).toEqual([['e1-0']]);
    expect(bench.told('identity')).toEqual([['client 2']]);
  });
});
