import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { EventReceiver, TestClient } from '@ws-hub/testing';
import { Webhook } from 'standardwebhooks';
import { HubModule } from '../src/hub.module.js';
import type { HubModuleOptions } from '../src/hub.options.js';
import { HubService } from '../src/hub.service.js';
import { HubMetrics } from '../src/telemetry/hub-metrics.js';
import { Webhooks } from '../src/webhooks/webhooks.js';
import { createApp, listenOn } from './nest/nest-app.js';

const SECRET = 'whsec_b2FrLWxhbXAtcml2ZXItdmlvbGluLXF1YXJ0eg==';
const FORMER = 'a text that is no base64, but a secret!';

let receiver: EventReceiver;
let app: INestApplication;
let url: string;

beforeEach(async () => {
  receiver = await EventReceiver.start();
});
afterEach(async () => {
  await app.close();
  await receiver.stop();
});

async function start(options: HubModuleOptions): Promise<HubService> {
  const receiving = { webhookUrl: receiver.url, webhookSecrets: [SECRET, FORMER] };
  app = await createApp(new ExpressAdapter(), { imports: [HubModule.forRoot({ ...receiving, ...options })] });
  url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
  return app.get(HubService, { strict: false });
}

const metrics = () => app.get(HubMetrics, { strict: false }).registry.metrics();

test('a receiver gets occupied and vacated channels, by default', async () => {
  const hub = await start({});
  const client = await TestClient.connect(`${url}?channel=room.1`);
  const occupied = await receiver.events.next();
  expect(occupied).toEqual({
    id: expect.stringMatching(/^occ_[0-9a-f-]{36}$/),
    type: 'channel_occupied',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    data: { channel: 'room.1' },
  });
  await hub.publish('room.1', 'not told');
  client.socket.terminate();
  expect(await receiver.events.next()).toMatchObject({
    type: 'channel_vacated',
    data: { channel: 'room.1' },
  });
  expect(receiver.taken).toHaveLength(2);
});

test('a receiver gets the messages on the channels that it wants, in signed batches', async () => {
  const hub = await start({ webhookEvents: ['message:room.*', 'message:news'] });
  // No observer is called for messages on the publishing path.
  expect(hub.door.events.isWatched).toBe(false);
  const first = await hub.publish('room.1', 'Zoë 😀');
  for (let n = 1; n < 250; n++) await hub.publish(n % 2 ? 'room.2.private' : 'room.2', `${n}`);
  await hub.publish('news', 'the end');
  await receiver.events.next(({ data }) => data.content === 'the end');
  expect(receiver.taken).toHaveLength(126);
  expect(receiver.taken[0]).toEqual({
    id: `msg_${first.id}`,
    type: 'message',
    timestamp: expect.stringMatching(/Z$/),
    data: {
      ...{ id: first.id, channel: 'room.1', client_id: 'application' },
      ...{ timestamp: expect.any(Number), content: 'Zoë 😀' },
    },
  });
  const asked = await receiver.server.asked.next();
  const headers = asked.headers as Record<string, string>;
  const { events } = new Webhook(SECRET).verify(asked.body, headers) as { events: unknown[] };
  expect(new Webhook(FORMER, { format: 'raw' }).verify(asked.body, headers)).toEqual({ events });
  expect(events.length).toBeLessThanOrEqual(100);
  expect(receiver.server.requests).toBeGreaterThan(1);
});

test('what is left at the end is sent before the application has closed', async () => {
  const hub = await start({ webhookEvents: ['message', 'channel_occupied', 'channel_vacated'] });
  await TestClient.connect(url);
  await receiver.events.next();
  await hub.publish('main', 'hello');
  await app.close();
  expect(await metrics()).toMatch(/^hub_webhook_events_total\{result="delivered"\} 3$/m);
  expect(receiver.taken.map(({ type }) => type).toSorted()).toEqual([
    'channel_occupied',
    'channel_vacated',
    'message',
  ]);
});

test('without a receiver there are no webhooks', async () => {
  await start({ webhookUrl: '', webhookSecrets: [] });
  expect(app.get(Webhooks, { strict: false })).toBeUndefined();
  expect(await metrics()).toMatch(/^hub_webhook_queue 0$/m);
});
