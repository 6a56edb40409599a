import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SystemClock } from '@ws-hub/hub';
import { AnsweringServer, type Behaviour } from '@ws-hub/testing';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from './webhook-event.js';
import { WebhookRequest } from './webhook-request.js';

const SECRET = 'whsec_b2FrLWxhbXAtcml2ZXItdmlvbGluLXF1YXJ0eg==';
const TOO_LONG = 'x'.repeat(1_000_000);

let server: AnsweringServer;
let stop: AbortController;
beforeEach(async () => {
  server = await AnsweringServer.start(() => ({ body: '' }));
  stop = new AbortController();
});
afterEach(() => server.stop());

const eventOf = (id: string): WebhookEvent => ({
  id,
  type: 'channel_occupied',
  timestamp: '2026-11-26T16:00:00.000Z',
  data: { channel: 'a' },
});

function send(ids: string[], timeoutMs = 5_000) {
  const options = { webhookUrl: server.url, webhookSecrets: [SECRET] };
  const request = new WebhookRequest(options, new SystemClock(), { timeoutMs, maxBytes: 1_024 });
  return request.send(ids.map(eventOf), stop.signal);
}

test('a request is signed, and has an id that depends on its events alone', async () => {
  for (const ids of [['a', 'b'], ['a', 'b'], ['a']]) expect(await send(ids)).toEqual({ result: 'taken' });
  const asked = [await server.asked.next(), await server.asked.next(), await server.asked.next()];
  for (const { body, headers } of asked)
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body));
  const [first, second, third] = asked.map(({ headers }) => headers['webhook-id']);
  expect(first).toMatch(/^batch_[\w-]{43}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ events: [eventOf('a'), eventOf('b')] });
});

test.each<[string, Behaviour, object]>([
  ['204', () => ({ status: 204, body: '' }), { result: 'taken' }],
  ['200 with a body of a megabyte', () => ({ body: TOO_LONG }), { result: 'taken' }],
  ['500', () => ({ status: 500, body: 'x' }), { result: 'failed', reason: 'the answer has status 500' }],
  ['404', () => ({ status: 404, body: '' }), { result: 'failed' }],
  [
    'a redirect',
    () => ({ status: 307, headers: { location: '/other' }, body: '' }),
    { result: 'failed', reason: 'the answer has status 307' },
  ],
  ['410', () => ({ status: 410, body: '' }), { result: 'gone', reason: 'the answer has status 410' }],
])('to %s there is one request, and it is judged by the status', async (_what, behaviour, expected) => {
  server.behaviour = behaviour;
  expect(await send(['a'])).toMatchObject(expected);
  expect(server.requests).toBe(1);
});

test('a receiver that does not answer in time has not accepted it', async () => {
  server.behaviour = () => 'silence';
  expect(await send(['a'], 50)).toEqual({ result: 'failed', reason: 'no answer within 50 ms' });
});

test('a receiver that is unreachable has not accepted it', async () => {
  await server.stop();
  expect(await send(['a'])).toEqual({ result: 'failed', reason: 'ECONNREFUSED' });
});

test('a request ends when it is stopped', async () => {
  server.behaviour = () => {
    stop.abort();
    return 'silence';
  };
  expect(await send(['a'])).toEqual({ result: 'failed', reason: 'the request was stopped' });
});
