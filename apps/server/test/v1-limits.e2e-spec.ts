import { afterEach, describe, expect, test } from '@jest/globals';
import { clientFrame, handshake, OPCODE, RawSocket, startHubProgram, V1Client } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const names = (count: number) => Array.from({ length: count }, (_, n) => `channel-${n}`);

describe('hub.v1 bounds', () => {
  let hub: TestHub;
  afterEach(() => hub.close());

  test.each([
    ['more names than a client may have channels, good or bad', Array(21_000).fill('a..b'), 'at most 100'],
    ['the same name twice', ['a', 'b', 'a'], 'only once'],
  ])('a list: %s are refused as a whole, and say why', async (_what, channels, why) => {
    hub = await startHub('--max-payload', '1000000');
    const client = await V1Client.join(hub.url);
    for (const type of ['subscribe', 'unsubscribe'] as const) {
      client.send({ type, channels });
      const { code, message } = await client.next('error');
      expect([code, message]).toEqual(['bad_request', expect.stringContaining(why)]);
    }
    await client.expectNothing();
  });

  test('the channels of a client in all, changed a channel at a time', async () => {
    hub = await startHub('--max-channels-per-connection', '3');
    const client = await V1Client.join(hub.url, { channels: ['a', 'b'] });
    client.send({ type: 'subscribe', channels: ['b', 'c'] });
    expect(await client.next('subscribed')).toMatchObject({ channels: ['b', 'c'] });
    client.send({ type: 'subscribe', channels: ['d'] });
    expect(await client.next('error')).toMatchObject({ code: 'bad_request', message: 'at most 3 channels' });
    client.send({ type: 'unsubscribe', channels: ['a', 'x'] });
    await client.next('unsubscribed');
    const talker = await V1Client.join(hub.url, { channels: [] });
    for (const channel of ['a', 'b', 'c', 'd']) talker.publish(channel, channel, channel);
    expect((await client.take(2)).map((each) => each.type === 'message' && each.content)).toEqual(['b', 'c']);
    await client.expectNothing();
  });

  test('a publish with half a surrogate pair is refused by its key, and what is a character is not', async () => {
    hub = await startHub();
    const [talker, listener] = [await V1Client.join(hub.url), await V1Client.join(hub.url)];
    talker.sendText(String.raw`{"type":"publish","key":"bad","content":"a\ud83d b"}`);
    expect(await talker.next('error')).toMatchObject({ code: 'bad_request', key: 'bad' });
    talker.sendText(String.raw`{"type":"publish","key":"good","content":"\ud83d\ude00"}`);
    await talker.next('ack');
    expect(await listener.next('message')).toMatchObject({ content: '😀' });
  });

  test('the connections of one session: one more closes the oldest with 1008, and no other', async () => {
    hub = await startHub('--max-connections-per-identity', '3');
    const oldest = await V1Client.join(hub.url);
    const { session } = oldest.welcome;
    const others = [await V1Client.join(hub.url, { session }), await V1Client.join(hub.url, { session })];
    const newest = await V1Client.join(hub.url, { session });
    expect((await oldest.closed).code).toBe(1008);
    newest.publish('k');
    for (const each of [...others, newest]) expect(await each.next('ack')).toMatchObject({ key: 'k' });
  });

  test('messages: too many are stored more slowly, also of one chunk, and what others say comes in between', async () => {
    hub = await startHub('--max-message-rate', '20');
    const other = await V1Client.join(hub.url);
    const flooder = await RawSocket.upgrade(hub.port, '/ws');
    flooder.write(Buffer.concat(Array.from({ length: 40 }, () => clientFrame(OPCODE.text, 'x'))));
    await other.next('message');
    other.publish('k');
    const heard = (await other.take(40)).map(({ type }) => type);
    expect(heard.filter((type) => type === 'message').length).toBe(39);
    expect(heard.indexOf('ack')).toBeLessThan(39);
    flooder.destroy();
  });

  test('requests: too many are answered more slowly, each of them, in order', async () => {
    hub = await startHub('--max-request-rate', '20');
    const client = await V1Client.join(hub.url, { channels: [] });
    for (const channel of names(30)) client.send({ type: 'subscribe', channels: [channel] });
    const answers = await client.take(30);
    expect(answers.map((each) => each.type === 'subscribed' && each.channels[0])).toEqual(names(30));
  });
});

test('what is answered counts as much as what is said: a client that asks and never reads is cut off', async () => {
  const { hub, url } = await startHubProgram('--max-queued-bytes', '20000', '--max-request-rate', '0');
  const client = await V1Client.join(url, { channels: [] });
  client.socket.pause();
  const evicted = hub.event('slow_consumer');
  const channels = Array.from({ length: 100 }, (_, n) => `${n}-`.padEnd(64, 'x'));
  let isCut = false;
  void evicted.finally(() => {
    isCut = true;
  });
  while (!isCut) {
    for (let n = 0; n < 10; n++) {
      client.send({ type: 'subscribe', channels });
      client.send({ type: 'unsubscribe', channels });
    }
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  expect(await evicted).toMatchObject({ reason: 'bytes' });
  client.socket.terminate();
  await hub.kill();
});

test('who leaves while its hello waits for its turn stays nowhere', async () => {
  const { hub, port, url } = await startHubProgram();
  const request = handshake('/ws', { 'Sec-WebSocket-Protocol': 'hub.v1' });
  const crowd = await Promise.all(Array.from({ length: 150 }, () => RawSocket.connect(port)));
  for (const each of crowd) each.write(request);
  for (const each of crowd) await each.readHead();
  // Many channels each, so that they are too many hellos for one turn of the event loop.
  for (const [at, each] of crowd.entries()) {
    const channels = names(100).map((name) => `${at}-${name}`);
    each.write(clientFrame(OPCODE.text, JSON.stringify({ type: 'hello', channels })));
    each.socket.resetAndDestroy();
  }
  // Its hello stands behind all of theirs.
  await V1Client.join(url);
  hub.signal('SIGTERM');
  await hub.exited;
  expect(hub.count('no_hello')).toBeGreaterThan(0);
  expect(hub.count('client_connected')).toBe(hub.count('client_disconnected'));
});
