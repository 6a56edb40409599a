import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TestClient, V1Client } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const MAX_BYTES = 500_000;
const BIG = 'x'.repeat(50_000);

describe('the log of a hub', () => {
  let hub: TestHub;
  beforeEach(async () => {
    hub = await startHub('--log-max-bytes', String(MAX_BYTES));
  });
  afterEach(() => hub.close());

  const away = async (channel: string) => {
    const client = await V1Client.join(hub.url, { channels: [channel] });
    await client.close();
    const { session, position } = client.welcome;
    return () => V1Client.join(hub.url, { session, since: position, channels: [channel] });
  };
  /** A plain client sends this on channel a, and all of it is in the log. */
  async function flood(...contents: string[]): Promise<void> {
    const listener = await V1Client.join(hub.url, { channels: ['a'] });
    const plain = await TestClient.connect(`${hub.url}?channel=a`);
    for (const content of contents) plain.send(content);
    await listener.take(contents.length);
  }
  async function sayOnB(...contents: string[]): Promise<void> {
    const talker = await V1Client.join(hub.url, { channels: [] });
    for (const content of contents) talker.publish(content, content, 'b');
    await talker.take(contents.length);
    await talker.close();
  }

  test('that one client floods on its channel keeps what was said on another', async () => {
    const [toA, toB] = [await away('a'), await away('b')];
    await sayOnB('one', 'two', 'three');
    await flood(...new Array(30).fill(BIG));
    const onB = await toB();
    expect(onB.welcome.recovered).toBe(true);
    expect((await onB.take(4)).map((each) => ('content' in each ? each.content : each.type))).toEqual([
      ...['one', 'two', 'three', 'position'],
    ]);
    expect((await toA()).welcome.recovered).toBe(false);
  });

  test('that one client floods on channels which it invents keeps what was said on others', async () => {
    await hub.close();
    hub = await startHub('--log-max-messages', '200');
    const toB = await away('b');
    await sayOnB('one', 'two', 'three');
    const mallory = await V1Client.join(hub.url, { channels: [] });
    for (let n = 0; n < 1_000; n++) mallory.publish(`k${n}`, 'x', `channel-${n}`);
    await mallory.take(1_000);
    const onB = await toB();
    expect(onB.welcome.recovered).toBe(true);
    expect((await onB.take(4)).map((each) => ('content' in each ? each.content : each.type))).toEqual([
      ...['one', 'two', 'three', 'position'],
    ]);
    const { session, position } = mallory.welcome;
    await mallory.close();
    const again = await V1Client.join(hub.url, { session, since: position, channels: [] });
    expect(again.welcome.recovered).toBe(false);
  });

  test('of which the newest entry was dropped is replayed to its end', async () => {
    await hub.close();
    hub = await startHub('--log-max-bytes', '10000');
    const toB = await away('b');
    await sayOnB('one');
    await flood(BIG);
    const onB = await toB();
    const [message, closing] = await onB.take(2);
    expect(message).toMatchObject({ content: 'one' });
    expect(closing).toMatchObject({ type: 'position', position: expect.stringMatching(/-2$/) });
    await sayOnB('live');
    expect(await onB.next('message')).toMatchObject({ content: 'live' });
  });

  test('that has dropped the message of a client on a channel that it is not subscribed to announces a gap to it', async () => {
    const alice = await V1Client.join(hub.url, { channels: ['b'] });
    alice.publish('k', 'unheard', 'a');
    await alice.next('ack');
    await alice.close();
    await flood(...new Array(30).fill(BIG));
    const { session, position } = alice.welcome;
    // The ack is not in any replay, so a client that never saw it would send it again, after its key was forgotten.
    const again = await V1Client.join(hub.url, { session, since: position, channels: ['b'] });
    expect(again.welcome.recovered).toBe(false);
    const other = await V1Client.join(hub.url, { since: position, channels: ['b'] });
    expect(other.welcome.recovered).toBe(true);
  });

  test('closes a replay with 1013 if it drops what is still to come of its channels', async () => {
    await hub.close();
    hub = await startHub('--log-max-messages', '1000', '--log-max-bytes', '1000000000');
    const toB = await away('b');
    const talker = await V1Client.join(hub.url, { channels: [] });
    const say = async (count: number, content: string) => {
      for (let n = 0; n < count; n++)
        talker.publish(`${content.length} ${n}`.replace(' ', '-'), content, 'b');
      await talker.take(count);
    };
    for (let n = 0; n < 20; n++) await say(50, BIG.slice(n));
    const onB = await toB();
    onB.socket.pause();
    await flood(...new Array(2_000).fill('small'));
    onB.socket.resume();
    expect((await onB.closed).code).toBe(1013);
  });
});
