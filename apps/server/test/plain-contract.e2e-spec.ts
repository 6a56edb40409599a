import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TestClient } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

const MAX_PAYLOAD_BYTES = 65_536;

describe('the plain contract', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub();
  });
  afterAll(() => hub.close());

  const join = (channel: string) => TestClient.connect(`${hub.url}?channel=${channel}`);

  test('a message reaches every other client as an envelope of exactly three keys in order', async () => {
    const [alice, bob, carol] = await Promise.all([join('a'), join('a'), join('a')]);
    const before = Math.floor(Date.now() / 1000);
    alice.send('hello');
    const text = await bob.nextText();
    const after = Math.floor(Date.now() / 1000);
    const { client_id, timestamp, content } = JSON.parse(text);
    expect(text).toBe(JSON.stringify({ client_id, timestamp, content }));
    expect({ client_id, content }).toEqual({ client_id: alice.clientId, content: 'hello' });
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(after);
    expect(await carol.nextText()).toBe(text);
  });

  test('a sender never receives its own message', async () => {
    const [alice, bob] = await Promise.all([join('b'), join('b')]);
    alice.send('mine');
    await bob.next();
    bob.send('yours');
    expect((await alice.next()).content).toBe('yours');
  });

  test('all clients see all messages in one order, and those of one sender in the order sent', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => join('order')));
    const each = 200;
    for (let n = 0; n < each; n++) for (const client of clients) client.send(String(n));
    const heard = await Promise.all(clients.map((client) => client.take(each * (clients.length - 1))));
    for (const [a, first] of heard.entries()) {
      expect(first.some((message) => message.client_id === clients[a]?.clientId)).toBe(false);
      for (const second of heard) expect(common(first, second)).toEqual(common(second, first));
      for (const { clientId } of clients) {
        const numbers = first.filter((m) => m.client_id === clientId).map((m) => Number(m.content));
        expect(numbers).toEqual(numbers.toSorted((x, y) => x - y));
      }
    }
  });

  test.each(['', ' ', '{"type":"x"}', 'a "quoted" \\ text', '\u0000', '\uFEFFbom', '🙂 漢字 é', '\u2028'])(
    'the content %j arrives as it was sent',
    async (content) => {
      const [alice, bob] = await Promise.all([join('content'), join('content')]);
      alice.send(content);
      expect((await bob.next()).content).toBe(content);
      await Promise.all([alice.close(), bob.close()]);
    },
  );

  test('channels are isolated, and "main" is the one of a client that names none', async () => {
    const [alice, bob, other] = await Promise.all([
      TestClient.connect(hub.url),
      join('main'),
      join('elsewhere'),
    ]);
    alice.send('for main');
    expect((await bob.next()).content).toBe('for main');
    const echo = await join('elsewhere');
    echo.send('for elsewhere');
    expect((await other.next()).content).toBe('for elsewhere');
  });

  test('a client id has 128 random bits and is unique', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => join('ids')));
    const ids = clients.map((client) => client.clientId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(16);
  });

  test('a binary message closes with 1003, and what comes behind it is not published', async () => {
    const [alice, bob, carol] = await Promise.all([join('bin'), join('bin'), join('bin')]);
    alice.socket.send(Buffer.from('binary'));
    alice.send('too late');
    expect((await alice.closed).code).toBe(1003);
    carol.send('still served');
    expect((await bob.next()).content).toBe('still served');
  });

  test('a message may be as long as the limit and no longer', async () => {
    const [alice, bob] = await Promise.all([join('big'), join('big')]);
    alice.send('x'.repeat(MAX_PAYLOAD_BYTES));
    expect((await bob.next()).content).toHaveLength(MAX_PAYLOAD_BYTES);
    alice.send('x'.repeat(MAX_PAYLOAD_BYTES + 1));
    expect((await alice.closed).code).toBe(1009);
  });
});

/** Those messages of `heard` that the owner of `other` did not send itself, so that both lists can be compared. */
function common(heard: readonly { client_id: string }[], other: readonly { client_id: string }[]) {
  const senders = new Set(other.map((message) => message.client_id));
  return heard.filter((message) => senders.has(message.client_id));
}
