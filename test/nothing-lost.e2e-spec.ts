import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HubClient, type Open, wsTransport } from '@ws-hub/hub-client';
import type { HubMessage } from '@ws-hub/protocol';
import { type Program, startHubProgram, V1Client } from '@ws-hub/testing';

/** Whether the long form is running: `npm run test:e2e:long`. */
const LONG = process.env.E2E === 'long';
/** Enough that a replay takes several parts of 64 KiB. */
const MESSAGES = 1_000;
/** A client that is cut off at each message needs as many connections. */
const CUTS = LONG ? MESSAGES : 200;
const HALF = CUTS / 2;
/** Every so many-th place to resume from is tested, and always the first and the last. */
const STRIDE = LONG ? 1 : 25;

/** The place in the log that a frame moves its reader to, if it is a message or an ack in order. */
function placeOf(frame: string): string | undefined {
  const message = JSON.parse(frame) as HubMessage;
  if (message.type === 'message') return message.id;
  return message.type === 'ack' && message.duplicate !== true ? message.id : undefined;
}

/** A transport whose connections are each cut after one message or ack; what follows is lost. */
function cutAtEachIndex(): { readonly open: Open; readonly places: string[] } {
  const places: string[] = [];
  const open: Open = (url, protocols, listener) => {
    let isCut = false;
    const transport = wsTransport()(url, protocols, {
      opened: (opened) => listener.opened(opened),
      receivedBinary: (bytes) => listener.receivedBinary(bytes),
      alive: () => listener.alive(),
      ended: (ending) => listener.ended(ending),
      received: (frame) => {
        if (isCut) return;
        listener.received(frame);
        const place = placeOf(frame);
        if (place === undefined) return;
        places.push(place);
        isCut = true;
        transport.terminate();
      },
    });
    return transport;
  };
  return { open, places };
}

describe('nothing is lost, duplicated or out of order', () => {
  let hub: Program | undefined;
  afterEach(() => hub?.kill());

  async function start(...flags: string[]): Promise<string> {
    const program = await startHubProgram(...flags);
    hub = program.hub;
    return program.url;
  }

  test(`for a client that is cut at each of ${CUTS} messages and resumes`, async () => {
    const url = await start();
    const { open, places } = cutAtEachIndex();
    const alice = new HubClient({ url, open, initialMs: 1, maxMs: 1 });
    const bob = new HubClient({ url });
    const witness = await V1Client.join(url);
    const heard: string[] = [];
    alice.on('message', ({ content }) => heard.push(content));
    const both = [alice, bob].map((client) => new Promise((resolve) => client.on('connected', resolve)));
    alice.start();
    bob.start();
    await Promise.all(both);

    const own = Array.from({ length: HALF }, (_, n) => alice.publish(`alice ${n}`));
    for (let n = 0; n < HALF; n++) await bob.publish(`bob ${n}`);
    const acked = await Promise.all(own);
    const order = (await witness.take(CUTS)).map((message) => placeOf(JSON.stringify(message)));
    while (places.length < CUTS) await new Promise((resolve) => alice.on('disconnected', resolve));

    expect(new Set(order).size).toBe(CUTS);
    // Each of them once, in the one order, also across all these connections; own messages as acks.
    expect(places).toEqual(order);
    expect(heard).toEqual(Array.from({ length: HALF }, (_, n) => `bob ${n}`));
    expect(acked.map(({ id }) => id)).toEqual(order.filter((id) => acked.some((ack) => ack.id === id)));
    await Promise.all([alice.close(), bob.close()]);
  });

  test(`for one that resumes from ${LONG ? 'each' : `every ${STRIDE}th`} place among ${MESSAGES} messages`, async () => {
    const url = await start();
    const [alice, bob] = await Promise.all([V1Client.join(url), V1Client.join(url)]);
    for (let n = 0; n < MESSAGES; n++) (n % 3 === 0 ? alice : bob).publish(`k${n}`);
    const order = (await alice.take(MESSAGES)).map((message) => placeOf(JSON.stringify(message)));
    const { session, position } = alice.welcome;
    for (const [at, since] of [position, ...order].entries()) {
      if (at % STRIDE > 0) continue;
      const again = await V1Client.join(url, { session, since });
      expect(again.welcome.recovered).toBe(true);
      const places = (await again.take(MESSAGES - at)).map((message) => placeOf(JSON.stringify(message)));
      expect(places).toEqual(order.slice(at));
      expect((await again.next('position')).position).toBe(order.at(-1));
      again.socket.terminate();
    }
  });

  test('when the same key is sent a thousand times over ten connections', async () => {
    const url = await start();
    const listener = await V1Client.join(url);
    const { welcome } = await V1Client.join(url, { channels: [] });
    const acks: HubMessage[] = [];
    for (let n = 0; n < 10; n++) {
      const sender = await V1Client.join(url, { session: welcome.session, channels: [] });
      for (let m = 0; m < 100; m++) sender.publish('the-key', `try ${n} ${m}`);
      // Copies in the same turn, before the ack in order, get that as their answer.
      const [first] = await sender.take(1);
      acks.push(first as HubMessage);
      sender.socket.terminate();
      await once(sender.socket, 'close');
    }
    const { id, content } = await listener.next('message');
    expect(content).toBe('try 0 0');
    for (const [n, ack] of acks.entries())
      expect(ack).toEqual({ type: 'ack', key: 'the-key', id, ...(n > 0 && { duplicate: true }) });
    await listener.expectNothing();
    const late = await V1Client.join(url, { since: welcome.position });
    expect((await late.take(2)).map(({ type }) => type)).toEqual(['message', 'position']);
  });

  test('silently: a restart of the hub is reported as a gap, and live messages continue', async () => {
    const url = await start();
    const client = new HubClient({ url, initialMs: 1, maxMs: 50 });
    const told: string[] = [];
    for (const event of ['gap', 'identity', 'message'] as const) client.on(event, () => told.push(event));
    const connected = () => new Promise((resolve) => client.on('connected', resolve));
    const first = connected();
    client.start();
    await first;
    await hub?.kill();
    const again = connected();
    const { port } = new URL(url);
    const message = new Promise((resolve) => client.on('message', resolve));
    const second = await startHubProgram('--port', port);
    hub = second.hub;
    await again;
    const talker = await V1Client.join(url);
    talker.publish('k', 'after the restart');
    expect(await message).toMatchObject({ content: 'after the restart' });
    expect(told).toEqual(['identity', 'gap', 'message']);
    await client.close();
  });
});
