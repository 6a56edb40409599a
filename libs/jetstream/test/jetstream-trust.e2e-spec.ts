import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { NatsServer } from '@ws-hub/testing';
import { describeWithNats } from '../../../test/nats.js';
import { append, contents, draft, locate, type Node, Nodes, readOld } from './jetstream-nodes.js';

/** A message that an intruder in NATS can read, and write back. */
interface Copy {
  subject: string;
  data: Uint8Array;
  readonly headers: MsgHdrs;
}

describeWithNats('the log in JetStream and somebody who writes into NATS', () => {
  let nats: NatsServer;
  let admin: NatsConnection;
  let nodes: Nodes;
  let name: string;
  let node: Node;

  beforeAll(async () => {
    nats = await NatsServer.start();
    admin = await connect({ servers: nats.url });
    nodes = new Nodes(nats);
  });
  beforeEach(async () => {
    name = nodes.newName();
    node = await nodes.start(name);
  });
  afterEach(() => nodes.end());
  afterAll(async () => {
    await admin.close();
    await nats.end();
  });

  /** Alice's message, from a stream that no longer exists: the new one does not know its id. */
  async function genuine(user?: string): Promise<Copy> {
    const { streams } = await jetstreamManager(admin);
    await new Promise((resolve) => node.log.append({ ...draft('genuine', 'k'), user }, resolve));
    const stored = await streams.getMessage(name, { seq: 1 });
    await nodes.end();
    await streams.delete(name);
    node = await nodes.start(name);
    if (stored === null) throw new Error('the stream does not have it');
    return { subject: stored.subject, data: stored.data, headers: stored.header };
  }

  async function write({ subject, data, headers }: Copy): Promise<void> {
    const { seq } = await jetstream(admin).publish(subject, data, { headers });
    await locate(node.log, seq);
  }

  test.each<[string, (copy: Copy) => void]>([
    ['other content', (copy) => Object.assign(copy, { data: Buffer.from('forged') })],
    ['no content', (copy) => Object.assign(copy, { data: new Uint8Array() })],
    ['another channel', (copy) => Object.assign(copy, { subject: `${copy.subject}.other` })],
    ['another sender', ({ headers }) => headers.set('Nats-Msg-Id', 'bob:k')],
    ['another key', ({ headers }) => headers.set('Nats-Msg-Id', 'alice:other')],
    ['another time', ({ headers }) => headers.set('Hub-Said', '1895000000')],
    ['no key', ({ headers }) => headers.set('Hub-Said', '1795000000p')],
    ['a user', ({ headers }) => headers.set('Hub-User', 'alice')],
    ['another proof', ({ headers }) => headers.set('Hub-Mac', Buffer.alloc(32).toString('base64url'))],
    ['half of the proof', ({ headers }) => headers.set('Hub-Mac', headers.get('Hub-Mac').slice(0, 20))],
    ['no proof', ({ headers }) => headers.delete('Hub-Mac')],
  ])('hears nothing that has %s, live or from the stream', async (_what, change) => {
    const copy = await genuine();
    change(copy);
    await write(copy);
    expect(contents(node.heard)).toEqual(['']);
    expect(node.told.skipped).toEqual([1]);
    expect(await readOld(node.log, 0, 1)).toMatchObject([{ position: 1, channel: '', clientId: '' }]);
  });

  test.each<[string, (copy: Copy) => void]>([
    ['another user', ({ headers }) => headers.set('Hub-User', 'bob')],
    ['no user', ({ headers }) => headers.delete('Hub-User')],
    [
      'a part of its content for the user',
      (copy) => {
        copy.headers.delete('Hub-User');
        Object.assign(copy, { data: Buffer.from('alice\ngenuine') });
      },
    ],
  ])('hears nothing by a user that has %s', async (_what, change) => {
    const copy = await genuine('alice');
    change(copy);
    await write(copy);
    expect(contents(node.heard)).toEqual(['']);
    expect(node.told.skipped).toEqual([1]);
  });

  test('receives a faithful copy, which is indistinguishable from what a hub wrote', async () => {
    await write(await genuine());
    expect(node.heard).toMatchObject([{ channel: 'main', clientId: 'alice', key: 'k', content: 'genuine' }]);
  });

  test('receives nothing that is larger than the maximum message', async () => {
    const small = await nodes.start(name, { maxPayload: 1_000 });
    await append(node.log, 'x'.repeat(1_001));
    await append(node.log, 'x'.repeat(1_000));
    await locate(small.log, 2);
    expect(small.heard.map(({ content }) => content.length)).toEqual([0, 1_000]);
    expect(small.told.skipped).toEqual([1]);
  });

  test('receives nothing on an invalid channel', async () => {
    const channel = 'x'.repeat(65);
    await new Promise((resolve) => node.log.append({ ...draft('hello'), channel }, resolve));
    expect(contents(node.heard)).toEqual(['']);
    expect(node.told.skipped).toEqual([1]);
  });

  test.each(['\uFEFFbegins with a byte order mark', '\uFEFF', 'ends with NUL\0', 'ä€😀\r\n\n'])(
    'has the content %j byte for byte, live and from the stream',
    async (content) => {
      await append(node.log, content);
      expect(contents(node.heard)).toEqual([content]);
      expect(contents((await readOld(node.log, 0, 1)) ?? [])).toEqual([content]);
    },
  );
});
