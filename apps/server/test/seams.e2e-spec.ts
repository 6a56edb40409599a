import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { NatsLink, NatsServer, V1Client } from '@ws-hub/testing';
import { type RunningHub, startHub } from '../../../test/model/hubs.js';
import { describeWithNats } from '../../../test/nats.js';

/** More of the log than a replay looks through for one part: 64 blocks of 64. */
const MORE_THAN_A_LOOK = 64 * 64 + 100;
/** As long as it can be: what is said soon after a flush waits, and everything here happens meanwhile. */
const LONG_FLUSH = ['--flush-interval-ms', '1000'];
const SECRET = 'the secret that both hubs of this test share';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function hub(flags: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<RunningHub> {
  const started = await startHub('hub', flags, env);
  open.push(started);
  return started;
}

const join = ({ port }: RunningHub, hello: Parameters<typeof V1Client.join>[1] = {}) =>
  V1Client.join(`ws://127.0.0.1:${port}/ws`, hello);

/** Two clients that hear the same, just after a flush: what they say now waits for the next one. */
async function pairAfterFlush(on: RunningHub) {
  const [alice, bob] = await Promise.all([join(on), join(on)]);
  bob.publish('first');
  await Promise.all([alice.next('message'), bob.next('ack')]);
  return { alice, bob };
}

/** That this answer comes before that to a ping, which is said last. */
async function expectDuplicate(client: V1Client, key: string, id: string): Promise<void> {
  client.send({ type: 'ping' });
  expect(await client.next('ack')).toEqual({ type: 'ack', key, id, duplicate: true });
  await client.next('pong');
}

describe('a replay', () => {
  test('closes at the head of the log, however much of it is of other channels', async () => {
    const on = await hub();
    const { welcome } = await join(on, { channels: ['quiet'] });
    const talker = await join(on, { channels: [] });
    for (let n = 0; n < MORE_THAN_A_LOOK; n++) talker.publish(`loud-${n}`, 'x', 'loud');
    talker.publish('quiet', 'at the end', 'quiet');
    const { id } = (await talker.take(MORE_THAN_A_LOOK + 1)).at(-1) as { id: string };
    const again = await join(on, { channels: ['quiet'], since: welcome.position });
    expect(await again.next('message')).toMatchObject({ id, content: 'at the end' });
    expect(await again.next('position')).toEqual({ type: 'position', position: id });
    talker.publish('live', 'live', 'quiet');
    expect(await again.next('message')).toMatchObject({ content: 'live' });
  });

  test('of which nothing is for its client closes at the head all the same', async () => {
    const on = await hub();
    const { welcome } = await join(on, { channels: ['quiet'] });
    const talker = await join(on, { channels: [] });
    for (let n = 0; n < MORE_THAN_A_LOOK; n++) talker.publish(`loud-${n}`, 'x', 'loud');
    const { id } = (await talker.take(MORE_THAN_A_LOOK)).at(-1) as { id: string };
    const again = await join(on, { channels: ['quiet'], since: welcome.position });
    expect(await again.next('position')).toEqual({ type: 'position', position: id });
  });
});

describe('a key that is sent again while its message waits for the flush', () => {
  test('is acked again as a duplicate if a change of channels has brought the ack already', async () => {
    const { alice } = await pairAfterFlush(await hub(LONG_FLUSH));
    alice.publish('k');
    alice.send({ type: 'subscribe', channels: ['main'] });
    alice.publish('k');
    const { id } = await alice.next('ack');
    expect(await alice.next('subscribed')).toMatchObject({ position: id });
    await expectDuplicate(alice, 'k', id);
  });

  test('is acked again as a duplicate if a position has brought the ack already', async () => {
    const on = await hub([...LONG_FLUSH, '--ping-interval', '100', '--ping-timeout', '3000']);
    const { alice } = await pairAfterFlush(on);
    alice.publish('k');
    let message = await alice.take(1);
    // One may be told of what was said first.
    while (message[0]?.type === 'position') message = await alice.take(1);
    const [{ id }] = message as unknown as [{ id: string }];
    expect(await alice.next('position')).toEqual({ type: 'position', position: id });
    alice.publish('k');
    await expectDuplicate(alice, 'k', id);
  });

  test('is acked again as a duplicate if a replay has brought the ack already', async () => {
    const on = await hub(LONG_FLUSH);
    const { alice, bob } = await pairAfterFlush(on);
    alice.publish('k');
    // Answered behind the publish; the ack still waits.
    await alice.expectNothing();
    alice.socket.terminate();
    await once(alice.socket, 'close');
    const { session, position } = alice.welcome;
    const again = await join(on, { session, since: position });
    await again.next('message');
    const { id } = await again.next('ack');
    await again.next('position');
    await again.expectNothing();
    again.publish('k');
    await expectDuplicate(again, 'k', id);
    expect(await bob.next('message')).toMatchObject({ id });
  });
});

describeWithNats('a key that another hub has stored', () => {
  test('is acked in its place by one that has not read so far, and not before', async () => {
    const nats = await NatsServer.start();
    open.push({ close: () => nats.end() });
    const link = await NatsLink.to(nats.port);
    open.push(link);
    const ahead = await hub([], { NATS_URL: nats.url, HUB_SECRET: SECRET });
    const behind = await hub([], { NATS_URL: link.url, HUB_SECRET: SECRET });
    const one = await join(ahead);
    const { session } = one.welcome;
    const two = await join(behind, { session });
    const talker = await join(ahead);
    link.hold();
    talker.publish('before', 'said before it');
    await one.next('message');
    one.publish('k');
    const { id } = await one.next('ack');
    const answered = link.answer('"duplicate": true');
    two.publish('k');
    await answered;
    // The hub has been told by NATS that it is stored, and where; that lies ahead of all that this client has heard.
    await two.expectNothing();
    await two.expectNothing();
    link.release();
    expect(await two.next('message')).toMatchObject({ content: 'said before it' });
    expect(await two.next('ack')).toEqual({ type: 'ack', key: 'k', id });
    await two.expectNothing();
  });
});

describeWithNats('a replay of a stream that was made again', () => {
  test('has nothing of the one before, though that was replayed a moment ago', async () => {
    const nats = await NatsServer.start();
    open.push({ close: () => nats.end() });
    const on = await hub(['--nats-stream', 'seams'], { NATS_URL: nats.url, HUB_SECRET: SECRET });
    const talker = await join(on);
    talker.publish('k', 'of the one before');
    await talker.next('ack');
    const reader = await join(on, { since: talker.welcome.position });
    await reader.next('message');
    const admin = await connect({ servers: nats.url });
    open.push(admin);
    await (await jetstreamManager(admin)).streams.delete('seams');
    expect((await talker.closed).code).toBe(1012);
    const again = await join(on);
    again.publish('k', 'of the new one');
    const { id } = await again.next('ack');
    const late = await join(on, { since: again.welcome.position });
    expect(await late.next('message')).toMatchObject({ id, content: 'of the new one' });
    expect(await late.next('position')).toEqual({ type: 'position', position: id });
  });
});
