import { describe, expect, test } from '@jest/globals';
import { TestBench, watch } from './testing/test-bench.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const TRACES = [TRACE, TRACE.replace(/01$/, '00')] as const;
const publish = (key: string, content: string) => ({ type: 'publish', key, content });
const unknown = { error: expect.objectContaining({ reason: 'outcome_unknown' }) };
const rejected = (reason: string) => ({ error: expect.objectContaining({ name: 'PublishError', reason }) });

describe('a published message', () => {
  test('resolves with its acknowledgement', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', { key: 'k1' }));
    expect(bench.last.read()).toEqual([publish('k1', 'hi')]);
    expect(await outcome()).toBe('pending');
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await outcome()).toEqual({ value: { id: 'e-11', duplicate: false } });
  });

  test('that was stored before says so', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', { key: 'k1' }));
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-2', duplicate: true });
    expect(await outcome()).toEqual({ value: { id: 'e-2', duplicate: true } });
    expect(bench.client.position).toBe('e-10');
  });

  test('gets a key of its own, unlike those of any other client', () => {
    const keys = [new TestBench(), new TestBench()].flatMap((bench) => {
      bench.goLive();
      for (let at = 0; at < 3; at++) void bench.client.publish('hi');
      return bench.last.read().map((each) => (each as { key: string }).key);
    });
    expect(new Set(keys).size).toBe(6);
    for (const key of keys) expect(key).toMatch(/^[!-~]{1,64}$/);
  });

  test('goes to the channel that it names', () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('hi', { key: 'k1', channel: 'lobby' });
    expect(bench.last.read()).toEqual([{ ...publish('k1', 'hi'), channel: 'lobby' }]);
  });

  test('with a key that is still waited for is the same message', async () => {
    const bench = new TestBench().goLive();
    const both = [bench.client.publish('hi', { key: 'k1' }), bench.client.publish('no', { key: 'k1' })];
    expect(bench.last.read()).toEqual([publish('k1', 'hi')]);
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await Promise.all(both)).toEqual(Array(2).fill({ id: 'e-11', duplicate: false }));
  });

  test('carries its trace, and the same one when it is sent again', () => {
    const bench = new TestBench({ trace: () => TRACES[0] }).goLive();
    void bench.client.publish('a', { key: 'k1' });
    void bench.client.publish('b', { key: 'k2', trace: TRACES[1] });
    const frames = [
      { ...publish('k1', 'a'), trace: TRACES[0] },
      { ...publish('k2', 'b'), trace: TRACES[1] },
    ];
    expect(bench.last.read()).toEqual(frames);
    bench.comeBack();
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual(frames);
  });

  test.each(['', 'nonsense', `${TRACE}-more`, `cc${TRACE.slice(2)}-${'x'.repeat(100)}`])(
    'with the trace "%s" is refused',
    async (trace) => {
      const bench = new TestBench().goLive();
      expect(await watch(bench.client.publish('hi', { trace }))()).toEqual(rejected('refused'));
      expect(bench.last.read()).toEqual([]);
    },
  );

  test('waits for the first connection, and for the welcome', () => {
    const bench = new TestBench();
    void bench.client.publish('early', { key: 'k1' });
    bench.greet();
    void bench.client.publish('later', { key: 'k2' });
    expect(bench.last.read()).toEqual([]);
    bench.welcome();
    expect(bench.last.read()).toEqual([publish('k1', 'early'), publish('k2', 'later')]);
  });

  test('is sent again with its key after the position that closes the replay, in order, unless it was acknowledged', async () => {
    const bench = new TestBench().goLive();
    const first = watch(bench.client.publish('a', { key: 'k1' }));
    for (const key of ['k2', 'k3']) void bench.client.publish('b', { key });
    bench.comeBack();
    void bench.client.publish('c', { key: 'k4' });
    bench.welcome();
    expect(bench.last.read()).toEqual([]);
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await first()).toEqual({ value: { id: 'e-11', duplicate: false } });
    bench.last.say({ type: 'position', position: 'e-11' });
    expect(bench.last.read()).toEqual([publish('k2', 'b'), publish('k3', 'b'), publish('k4', 'c')]);
    bench.last.say({ type: 'position', position: 'e-12' });
    expect(bench.last.read()).toEqual([]);
  });

  test('is not sent again because of anything else in a replay', () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('a', { key: 'k1' });
    bench.comeBack();
    bench.welcome();
    const message = {
      type: 'message',
      id: 'e-11',
      channel: 'main',
      client_id: 'x',
      timestamp: 1,
      content: '',
    };
    const subscribed = { type: 'subscribed', channels: ['b'], position: 'e-12' };
    void bench.client.subscribe('b');
    bench.last.read();
    for (const said of [message, { type: 'pong' }, subscribed, { ...message, id: 'e-12' }])
      bench.last.say(said);
    expect(bench.last.read()).toEqual([]);
    bench.last.say({ type: 'ping' });
    expect(bench.last.read()).toEqual([{ type: 'pong' }]);
    bench.last.say({ type: 'position', position: 'e-12' });
    expect(bench.last.read()).toEqual([publish('k1', 'a')]);
  });

  test('is sent again at once where nothing is replayed', () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('a', { key: 'k1' });
    bench.comeBack(10_000);
    bench.welcome({ recovered: false, position: 'f-1' });
    expect(bench.last.read()).toEqual([publish('k1', 'a')]);
  });

  test.each([
    ['a gap', () => undefined, { recovered: false }, []],
    ['a lost identity', refuseSession, {}, [{ type: 'position', position: 'e-10' }]],
  ])('is of unknown outcome after 20 s and %s', async (_name, prepare, welcome, said) => {
    const bench = new TestBench().goLive();
    const old = watch(bench.client.publish('old', { key: 'old' }));
    bench.timers.pass(10_001);
    bench.last.listener.alive();
    const young = watch(bench.client.publish('young', { key: 'young' }));
    bench.comeBack(10_000);
    const fresh = watch(bench.client.publish('fresh', { key: 'fresh' }));
    prepare(bench);
    bench.last.read();
    bench.welcome(welcome);
    for (const each of said) bench.last.say(each);
    expect(bench.last.read()).toEqual([publish('young', 'young'), publish('fresh', 'fresh')]);
    expect(await old()).toEqual(unknown);
    expect(await young()).toBe('pending');
    expect(await fresh()).toBe('pending');
    expect(bench.told('outcomeUnknown')).toEqual([[['old']]]);
  });

  test('grows old also while the machine sleeps', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('old'));
    bench.timers.sleptMs = 20_000;
    bench.comeBack(10_000);
    bench.welcome({ recovered: false });
    expect(await outcome()).toEqual(unknown);
  });

  test('stays in doubt after a gap, although the next connection has none', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('old', { key: 'k1' }));
    bench.comeBack(10_000);
    bench.welcome({ recovered: false });
    expect(bench.last.read()).toEqual([publish('k1', 'old')]);
    bench.timers.pass(5_000);
    bench.comeBack(10_000);
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([]);
    expect(await outcome()).toEqual(unknown);
  });

  test('in doubt is sent again only while its key is known for long enough to arrive', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('old', { key: 'k1' }));
    bench.timers.pass(19_000);
    bench.last.listener.alive();
    bench.comeBack(10_000);
    bench.welcome({ recovered: false });
    expect(bench.last.read()).toEqual([]);
    expect(await outcome()).toEqual(unknown);
  });

  test('that was first sent after a gap is not in doubt for it', async () => {
    const bench = new TestBench();
    const outcome = watch(bench.client.publish('late', { key: 'k1' }));
    bench.goLive({ recovered: false });
    expect(bench.last.read()).toEqual([publish('k1', 'late')]);
    for (let times = 0; times < 5; times++) bench.comeBack();
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([publish('k1', 'late')]);
    expect(await outcome()).toBe('pending');
  });

  test('of any age is sent again while nothing is in doubt', () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('old', { key: 'k1' });
    for (let times = 0; times < 5; times++) bench.comeBack();
    bench.welcome();
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([publish('k1', 'old')]);
  });

  test.each([
    ['bad_request', 'refused'],
    ['too_large', 'refused'],
    ['forbidden', 'forbidden'],
  ])('that gets the error %s rejects', async (code, reason) => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', { key: 'k1' }));
    bench.last.say({ type: 'error', code, message: 'no', key: 'k1' });
    expect(await outcome()).toEqual(rejected(reason));
    expect(bench.told('error')).toEqual([]);
  });

  test('that was unavailable and is acknowledged all the same is not sent again', () => {
    const bench = new TestBench().goLive();
    void bench.client.publish('hi', { key: 'k1' });
    bench.last.say({ type: 'error', code: 'unavailable', message: 'no', key: 'k1' });
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    bench.last.read();
    bench.timers.pass(20_000);
    expect(bench.last.read()).toEqual([]);
  });

  test.each([
    ['key', { key: 'a key' }],
    ['channel', { channel: '.' }],
  ])('with a bad %s is refused before it is sent', async (_name, options) => {
    const bench = new TestBench().goLive();
    expect(await watch(bench.client.publish('hi', options))()).toEqual(rejected('refused'));
    expect(bench.last.read()).toEqual([]);
  });

  test('that is too large is refused before it is sent, with its size and the limit', async () => {
    const bench = new TestBench();
    const early = await watch(bench.client.publish('x'.repeat(65_536)))();
    expect(early).toMatchObject({ error: { reason: 'too_large', message: expect.stringMatching(/65536$/) } });
    bench.goLive({ max_payload: 100 });
    const size = JSON.stringify(publish('k1', 'é'.repeat(40))).length + 40;
    expect(await watch(bench.client.publish('é'.repeat(40), { key: 'k1' }))()).toMatchObject({
      error: { message: `a frame of ${size} bytes is too large; the hub allows 100` },
    });
    expect(bench.last.read()).toEqual([]);
  });

  test('that has become too large for a restarted hub rejects, too', async () => {
    const bench = new TestBench();
    const outcome = watch(bench.client.publish('x'.repeat(1_000)));
    bench.goLive({ max_payload: 1_000 });
    expect(await outcome()).toEqual(rejected('too_large'));
  });

  test('is refused when 1,000 wait already, until one is acknowledged', async () => {
    const bench = new TestBench();
    for (let at = 0; at < 1_000; at++) void bench.client.publish('hi', { key: `k${at}` });
    expect(await watch(bench.client.publish('one more'))()).toEqual(rejected('full'));
    bench.goLive();
    bench.last.say({ type: 'ack', key: 'k7', id: 'e-11' });
    expect(await watch(bench.client.publish('one more'))()).toBe('pending');
  });

  test('is refused when 1 MiB waits already', async () => {
    const bench = new TestBench();
    for (let at = 0; at < 16; at++) void bench.client.publish('x'.repeat(65_000));
    expect(await watch(bench.client.publish('x'.repeat(10_000)))()).toEqual(rejected('full'));
    expect(await watch(bench.client.publish('x'.repeat(1_000)))()).toBe('pending');
  });
});

describe('a message that must not be queued', () => {
  const once = { queue: false, key: 'k1' };

  test('rejects while there is no connection, and before the welcome', async () => {
    const bench = new TestBench();
    expect(await watch(bench.client.publish('hi', once))()).toEqual(rejected('offline'));
    bench.greet();
    expect(await watch(bench.client.publish('hi', once))()).toEqual(rejected('offline'));
    bench.welcome();
    expect(bench.last.read()).toEqual([]);
  });

  test('rejects when the connection is closing', async () => {
    const bench = new TestBench().goLive();
    bench.last.send = () => false;
    expect(await watch(bench.client.publish('hi', once))()).toEqual(rejected('offline'));
  });

  test('does not wait for the end of a replay', async () => {
    const bench = new TestBench().goLive();
    bench.comeBack();
    bench.welcome();
    const outcome = watch(bench.client.publish('hi', once));
    expect(bench.last.read()).toEqual([publish('k1', 'hi')]);
    bench.last.say({ type: 'position', position: 'e-10' });
    expect(bench.last.read()).toEqual([]);
    bench.last.say({ type: 'ack', key: 'k1', id: 'e-11' });
    expect(await outcome()).toEqual({ value: { id: 'e-11', duplicate: false } });
  });

  test('is never sent again, but of unknown outcome, when the connection ends', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', once));
    bench.comeBack();
    expect(await outcome()).toEqual(unknown);
    expect(bench.told('outcomeUnknown')).toEqual([[['k1']]]);
    bench.welcome({ recovered: false });
    expect(bench.last.read()).toEqual([]);
  });

  test('is of unknown outcome when it is unavailable', async () => {
    const bench = new TestBench().goLive();
    const outcome = watch(bench.client.publish('hi', once));
    bench.last.say({ type: 'error', code: 'unavailable', message: 'no', key: 'k1' });
    expect(await outcome()).toEqual(unknown);
    expect(bench.told('error')).toEqual([]);
  });
});

function refuseSession(bench: TestBench): void {
  bench.last.say({ type: 'error', code: 'bad_session', message: 'no' });
}
