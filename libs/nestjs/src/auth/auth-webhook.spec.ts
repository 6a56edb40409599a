import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SystemClock } from '@ws-hub/hub';
import { AnsweringServer, type Asked, type Behaviour, Inbox } from '@ws-hub/testing';
import { Webhook } from 'standardwebhooks';
import { AUTH_DEFAULTS } from './auth-options.js';
import { AuthWebhook } from './auth-webhook.js';
import type { TokenContext, Verified } from './token-verifier.js';

const SECRET = 'whsec_b2FrLWxhbXAtcml2ZXItdmlvbGluLXF1YXJ0eg==';
const FORMER = 'a text that is no base64, but a secret!';
const CONTEXT: TokenContext = {
  moment: 'connect',
  channel: 'room.1',
  remoteAddress: '192.0.2.7',
  dialect: 'plain',
};
const HUB = [{ match: 'room.*', allow: ['subscribe'] }];

let server: AnsweringServer;
let failures: Inbox<string>;
let webhook: AuthWebhook;
/** The library checks the timestamp against the real time. */
const clock = new SystemClock();

function asking(timeoutMs?: number, secrets = [SECRET, FORMER]): AuthWebhook {
  const options = { ...AUTH_DEFAULTS, authWebhookUrl: server.url, authWebhookSecrets: secrets };
  return new AuthWebhook(options, clock, (reason) => failures.push(reason), timeoutMs);
}

const answers =
  (body: unknown, status = 200): Behaviour =>
  () => ({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });

beforeEach(async () => {
  server = await AnsweringServer.start(answers({ user: 'ann', hub: HUB }));
  failures = new Inbox();
  webhook = asking();
});
afterEach(() => server.stop());

function verified(signer: Webhook, { body, headers }: Asked): unknown {
  return signer.verify(body, headers as Record<string, string>);
}

describe('the request', () => {
  test('contains what is known, and has a signature of each secret', async () => {
    await webhook.verify('any token', { ...CONTEXT, user: 'bob' });
    const asked = await server.asked.next();
    const expected = {
      token: 'any token',
      channel: 'room.1',
      remote_address: '192.0.2.7',
      dialect: 'plain',
      moment: 'connect',
      user: 'bob',
    };
    expect(asked.method).toBe('POST');
    expect(verified(new Webhook(SECRET), asked)).toEqual(expected);
    expect(verified(new Webhook(FORMER, { format: 'raw' }), asked)).toEqual(expected);
    expect(String(asked.headers['webhook-signature']).split(' ')).toHaveLength(2);
    const other = new Webhook('YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3bw==');
    expect(() => verified(other, asked)).toThrow('No matching signature found');
  });

  test('leaves out what is not known, and has an id of its own', async () => {
    const { dialect: _, ...context } = CONTEXT;
    await webhook.verify('t', { ...context, moment: 'hello' });
    await webhook.verify('t', { ...context, moment: 'hello' });
    const [one, two] = [await server.asked.next(), await server.asked.next()];
    expect(Object.keys(JSON.parse(one.body))).toEqual(['token', 'channel', 'remote_address', 'moment']);
    expect(one.headers['webhook-id']).not.toBe(two.headers['webhook-id']);
  });

  test('is not made for a token of 4,097 bytes', async () => {
    expect(await webhook.verify('x'.repeat(4_097), CONTEXT)).toMatchObject({ ok: false });
    expect(server.requests).toBe(0);
  });
});

describe('the answer', () => {
  test('admits a user with rights, an end, and a name of the token', async () => {
    server.behaviour = answers({
      user: 'ann',
      hub: HUB,
      expires_in: 60,
      token_id: 't-1',
      issued_at: 7,
      more: 1,
    });
    const beforeMs = Math.floor(Date.now() / 1000) * 1000;
    const good = await webhook.verify('t', CONTEXT);
    expect(good).toMatchObject({ ok: true, user: 'ann', rights: HUB, tokenId: 't-1', issuedAtS: 7 });
    const { expiresAtMs = 0 } = good as { expiresAtMs?: number };
    expect(expiresAtMs).toBeGreaterThanOrEqual(beforeMs + 60_000);
    expect(expiresAtMs).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  test('admits a user without rights and without an end', async () => {
    server.behaviour = answers({ user: 'ann' });
    expect(await webhook.verify('t', CONTEXT)).toMatchObject({
      ok: true,
      rights: [],
      expiresAtMs: undefined,
    });
  });

  test('may be of a clock that is a little ahead', async () => {
    const issuedAtS = clock.unixSeconds() + 5;
    server.behaviour = answers({ user: 'ann', issued_at: issuedAtS });
    expect(await webhook.verify('t', CONTEXT)).toMatchObject({ ok: true, issuedAtS });
  });

  test.each<[number, unknown, string]>([
    [401, { reason: 'no such user' }, 'no such user'],
    [403, { reason: 'not here' }, 'not here'],
    [401, '', 'the token is not accepted'],
    [403, '<html>', 'the token is not accepted'],
    [403, { reason: 7 }, 'the token is not accepted'],
    [401, null, 'the token is not accepted'],
    [403, { reason: 'a\r\nb\u001b[2J\u202e' }, 'a  b [2J'],
    [403, { reason: 'x'.repeat(5_000) }, 'x'.repeat(120)],
  ])('refuses with %s and %j', async (status, body, reason) => {
    server.behaviour = answers(body, status);
    expect(await webhook.verify('t', CONTEXT)).toEqual({ ok: false, reason });
  });

  test.each<[string, Behaviour]>([
    ['500', answers({ user: 'ann', hub: HUB }, 500)],
    ['201', answers({ user: 'ann', hub: HUB }, 201)],
    ['404', answers('', 404)],
    ['a redirect', () => ({ status: 307, headers: { location: server.url }, body: '' })],
    ['nothing', answers('')],
    ['no JSON', answers('OK')],
    ['null', answers('null')],
    ['no user', answers({ hub: HUB })],
    ['a bad user', answers({ user: 'a\nb' })],
    ['bad rights', answers({ user: 'ann', hub: [...HUB, { match: '*', allow: ['all'] }] })],
    ['rights for an unknown restriction', answers({ user: 'ann', hub: [{ ...HUB[0], until: 7 }] })],
    ['an end in the past', answers({ user: 'ann', expires_in: 0 })],
    ['an end that is text', answers({ user: 'ann', expires_in: '60' })],
    ['an end in a hundred years', answers({ user: 'ann', expires_in: 3_153_600_000 })],
    ['a token of tomorrow', answers({ user: 'ann', issued_at: Math.floor(Date.now() / 1000) + 86_400 })],
    ['more than 16 KiB', answers({ user: 'ann', pad: 'x'.repeat(16_384) })],
  ])('rejects the client with %s', async (_, behaviour) => {
    server.behaviour = behaviour;
    expect(await webhook.verify('t', CONTEXT)).toEqual({
      ok: 'unavailable',
      reason: 'tokens cannot be verified at the moment',
    });
    expect(await failures.next()).toEqual(expect.any(String));
    expect(server.requests).toBe(1);
  });

  test('rejects the client when it is late, or there is none', async () => {
    server.behaviour = () => 'silence';
    expect(await asking(50).verify('t', CONTEXT)).toMatchObject({ ok: 'unavailable' });
    expect(await failures.next()).toBe('no answer within 50 ms');
    await server.stop();
    expect(await asking(5_000).verify('t', CONTEXT)).toMatchObject({ ok: 'unavailable' });
  });
});

describe('requests in flight', () => {
  let answer: () => void;
  let patient: AuthWebhook;
  beforeEach(() => {
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.behaviour = async () => {
      await answered;
      return { body: '{"user":"ann"}' };
    };
    patient = asking(60_000);
  });

  const asks = (count: number, moment: TokenContext['moment'], address: (at: number) => string) =>
    Array.from({ length: count }, (_, at) =>
      patient.verify('t', { ...CONTEXT, moment, remoteAddress: address(at) }),
    );
  const okOf = async (all: Promise<Verified>[]) => (await Promise.all(all)).map(({ ok }) => ok);

  test('are 100 at most, more are refused at once', async () => {
    const all = asks(150, 'connect', (at) => `192.0.2.${at}`);
    expect(await okOf(all.slice(100))).toEqual(Array(50).fill('unavailable'));
    answer();
    expect(await okOf(all.slice(0, 100))).toEqual(Array(100).fill(true));
    expect(server.requests).toBe(100);
    expect(await patient.verify('t', CONTEXT)).toMatchObject({ ok: true });
  });

  test('of connected clients are 50 at most: the others are for clients that connect', async () => {
    const refreshes = asks(100, 'refresh', (at) => `192.0.2.${at}`);
    expect(await okOf(refreshes.slice(50))).toEqual(Array(50).fill('unavailable'));
    const others = asks(50, 'hello', (at) => `198.51.100.${at}`);
    answer();
    expect(await okOf([...refreshes.slice(0, 50), ...others])).toEqual(Array(100).fill(true));
    expect(await okOf(asks(50, 'refresh', (at) => `192.0.2.${at}`))).toEqual(Array(50).fill(true));
  });

  test.each<[string, (at: number) => string, string]>([
    ['one address', () => '192.0.2.7', '192.0.2.8'],
    ['loopback', () => '127.0.0.1', '192.0.2.8'],
    ['one IPv6 network', (at) => `2001:db8::${at}`, '2001:db8:0:1::1'],
  ])('of %s are 10 at most', async (_, address, other) => {
    const all = asks(20, 'connect', address);
    expect(await okOf(all.slice(10))).toEqual(Array(10).fill('unavailable'));
    expect(await failures.next()).toBe('too many requests from one address are waiting');
    const neighbour = asks(1, 'connect', () => other);
    answer();
    expect(await okOf([...all.slice(0, 10), ...neighbour])).toEqual(Array(11).fill(true));
    expect(await okOf(asks(10, 'connect', address))).toEqual(Array(10).fill(true));
  });

  test('of connected clients of one address are 5 at most: another of that address may connect', async () => {
    const refreshes = asks(20, 'refresh', () => '192.0.2.7');
    expect(await okOf(refreshes.slice(5))).toEqual(Array(15).fill('unavailable'));
    const others = asks(5, 'connect', () => '192.0.2.7');
    answer();
    expect(await okOf([...refreshes.slice(0, 5), ...others])).toEqual(Array(10).fill(true));
    expect(await okOf(asks(5, 'refresh', () => '192.0.2.7'))).toEqual(Array(5).fill(true));
  });
});
