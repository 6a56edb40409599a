// What somebody writes who has installed the packages.

/** Two clients talk; prints what the second one heard. */
export const TALK = `
  import { HubClient } from '@ws-hub/hub-client';
  const [alice, bob] = [1, 2].map(() => new HubClient({ url: process.argv[1] }));
  const connected = (client) => new Promise((resolve) => client.on('connected', resolve));
  const both = [alice, bob].map(connected);
  alice.start();
  bob.start();
  await Promise.all(both);
  const messages = bob.messages();
  await alice.publish('hello');
  await alice.publish('again');
  const heard = [];
  for await (const { content, channel, client_id } of messages) {
    heard.push({ content, channel, isFromAlice: client_id === alice.clientId });
    if (heard.length === 2) break;
  }
  await Promise.all([alice.close(), bob.close()]);
  console.log(JSON.stringify(heard));
`;

/** A loop that answers messages, behind more of them than may wait for it. */
export const ANSWER = `
  import { HubClient } from '@ws-hub/hub-client';
  const count = 6_000;
  const alice = new HubClient({ url: process.argv[1], channels: [] });
  const bob = new HubClient({ url: process.argv[1] });
  const both = [alice, bob].map((client) => new Promise((resolve) => client.on('connected', resolve)));
  alice.start();
  bob.start();
  await Promise.all(both);
  const messages = bob.messages();
  const gaps = [];
  bob.on('gap', (since) => gaps.push(since));
  for (let at = 0; at < count; at += 500)
    await Promise.all(Array.from({ length: 500 }, (_, index) => alice.publish(String(at + index))));
  const heard = [];
  for await (const { content } of messages) {
    heard.push(Number(content));
    if (heard.length % 20 === 1) await bob.publish('answer to ' + content);
    if (heard.length === count) break;
  }
  await Promise.all([alice.close(), bob.close()]);
  console.log(JSON.stringify({ count: heard.length, isInOrder: heard.every((n, at) => n === at), gaps }));
`;

export const BROWSER = `
  import * as all from '@ws-hub/hub-client/browser';
  console.log(JSON.stringify(Object.keys(all).sort()));
`;

/** A hub without API keys has no HTTP. */
export const HTTP = `
  import * as all from '@ws-hub/hub-client/http';
  const hub = new all.HubHttpClient({ url: process.argv.at(-1) });
  const { status } = await hub.info().catch((error) => error);
  console.log(JSON.stringify({ names: Object.keys(all).sort(), status }));
`;

/** Checked, never run: what the types allow, and what they do not. */
export const TYPED = `
  import { HubClient, PublishError, type Forbidden, type HubClientOptions, type Published, type TokenReason } from '@ws-hub/hub-client';
  import { HubHttpClient, HubHttpError, type Stored } from '@ws-hub/hub-client/http';
  import { CLOSE, type HubMessage, type Position } from '@ws-hub/protocol';

  const options: HubClientOptions = { url: 'ws://127.0.0.1/ws', channels: ['lobby'] };
  const client = new HubClient(options);
  client.on('message', ({ content, timestamp }) => {
    const text: string = content;
    const seconds: number = timestamp;
    return [text, seconds];
  });
  export const published: Promise<Published> = client.publish('hello', { channel: 'lobby' });
  export const position: Position | undefined = client.position;
  export const restart: 1012 = CLOSE.serviceRestart;
  export const typeOf = (message: HubMessage) => message.type === 'ack' && message.key;
  export const ofToken = new HubClient({ ...options, token: async (why: TokenReason) => why });
  client.on('forbidden', ({ action, channels }: Forbidden) => [action === 'publish', channels.length]);
  export const why = (error: unknown) => error instanceof PublishError && error.reason;
  // @ts-expect-error what is said is a string
  client.publish(1);

  const http = new HubHttpClient({ url: 'http://127.0.0.1', apiKey: 'wsh_x', retries: { attempts: 2 } });
  export const stored: Promise<Stored> = http.publish('lobby', 'hello', { key: 'k' });
  export const last = async () => (await http.history('lobby', { limit: 1 })).messages[0]?.content;
  export async function heard() {
    for await (const event of http.listen({ channels: ['lobby'] }))
      if (event.type === 'message') return event.message.timestamp;
    return undefined;
  }
  export const status = (error: unknown) => error instanceof HubHttpError && error.status;
  // @ts-expect-error a disconnect has somebody whom it is for
  http.disconnect({ code: 4403 });
`;
