import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { TestClock } from '@ws-hub/hub/testing';
import { AnsweringServer, type Behaviour, Inbox, type Issuer, issuer, secretSigner } from '@ws-hub/testing';
import { clockOfTests, GOOD } from '../testing/verifier.js';
import { AUTH_DEFAULTS } from './auth-options.js';
import { JwtVerifier } from './jwt-verifier.js';
import { RemoteKeySet } from './key-set.js';

const MINUTE_MS = 60_000;

let first: Issuer;
let second: Issuer;
beforeAll(async () => {
  [first, second] = await Promise.all([issuer('RS256', 'first'), issuer('ES256', 'second')]);
});

let server: AnsweringServer;
let clock: TestClock;
let told: Inbox<string>;
let keySet: RemoteKeySet;

const serves =
  (...keys: unknown[]): Behaviour =>
  () => ({ body: JSON.stringify({ keys }) });
const fails: Behaviour = () => ({ status: 500, body: '' });

const events = {
  fetched: (keys: number) => told.push(`fetched ${keys}`),
  failed: (reason: string) => told.push(reason),
};

beforeEach(async () => {
  server = await AnsweringServer.start(serves(first.jwk));
  clock = clockOfTests();
  told = new Inbox();
  keySet = new RemoteKeySet({ url: server.url, events }, clock);
});
afterEach(() => server.stop());

/** How many keys it finds, or that it cannot tell. */
async function find(alg: string, kid?: string): Promise<number | 'unavailable'> {
  const found = await keySet.find(alg, kid);
  return found === 'unavailable' ? found : found.length;
}

describe('a key set', () => {
  test('is fetched for the first token, not before, and once', async () => {
    expect(server.requests).toBe(0);
    expect(await find('RS256', 'first')).toBe(1);
    expect(await find('RS256', 'first')).toBe(1);
    expect(server.requests).toBe(1);
    expect(keySet.counters).toEqual({ requests: 1, failures: 0 });
  });

  test('is fetched ahead of the first token by a warm-up', async () => {
    keySet.warmUp();
    expect(await told.next()).toBe('fetched 1');
    expect(await find('RS256', 'first')).toBe(1);
    expect(server.requests).toBe(1);
  });

  test('is fetched again in the background after ten minutes, while it is used', async () => {
    await find('RS256', 'first');
    await told.next();
    clock.nowMs += 10 * MINUTE_MS - 1;
    expect(keySet.find('RS256', 'first')).toHaveLength(1);
    expect(keySet.counters.requests).toBe(1);
    clock.nowMs += 1;
    expect(keySet.find('RS256', 'first')).toHaveLength(1);
    expect(await told.next()).toBe('fetched 1');
    expect(server.requests).toBe(2);
  });

  test('that rotates: a new key is found at once after 30 s, one that is gone is no longer accepted', async () => {
    await find('RS256', 'first');
    server.behaviour = serves(second.jwk);
    expect(await find('ES256', 'second')).toBe(0);
    expect(server.requests).toBe(1);
    clock.nowMs += 30_000;
    expect(await find('ES256', 'second')).toBe(1);
    expect(await find('RS256', 'first')).toBe(0);
    expect(server.requests).toBe(2);
  });

  test('that is fetched without a key refuses its tokens at once for 30 s', async () => {
    await find('RS256', 'first');
    for (let at = 0; at < 100; at += 1) expect(await find('RS256', `made-up-${at}`)).toBe(0);
    expect(server.requests).toBe(1);
    clock.nowMs += 30_000;
    for (let at = 0; at < 100; at += 1) expect(await find('RS256', `made-up-${at}`)).toBe(0);
    expect(server.requests).toBe(2);
  });

  test('is not fetched for another algorithm of a name that is known', async () => {
    await find('RS256', 'first');
    clock.nowMs += 30_000;
    expect(await find('ES256', 'first')).toBe(0);
    expect(server.requests).toBe(1);
  });
});

describe('an issuer that is out of reach', () => {
  test('for an hour: known keys are accepted, unknown ones answered at once, and it is left in peace', async () => {
    await find('RS256', 'first');
    server.behaviour = fails;
    let atOnce = 0;
    for (let second = 1; second <= 3_600; second += 1) {
      clock.nowMs += 1_000;
      expect(keySet.find('RS256', 'first')).toHaveLength(1);
      const found = keySet.find('RS256', 'unknown');
      if (!(found instanceof Promise)) atOnce += 1;
      const answer = await found;
      // Until the first fetch fails, the set without that key is in force.
      expect(answer).toEqual(second < 30 ? [] : 'unavailable');
    }
    expect(server.requests).toBe(1 + 120);
    expect(atOnce).toBe(3_600 - 120);
    server.behaviour = serves(first.jwk, second.jwk);
    clock.nowMs += 30_000;
    expect(await find('ES256', 'second')).toBe(1);
  });

  test.each<[string, Behaviour]>([
    ['an error', fails],
    ['no JSON', () => ({ body: '<html>' })],
    ['another JSON', () => ({ body: '{"error":"down"}' })],
    ['a list', () => ({ body: '[]' })],
    ['keys that are no list', () => ({ body: '{"keys":{}}' })],
    ['101 keys', () => ({ body: JSON.stringify({ keys: Array(101).fill({}) }) })],
    ['more than 64 KiB', () => ({ body: JSON.stringify({ keys: [], pad: 'x'.repeat(65_536) }) })],
    ['a redirect', () => ({ status: 302, headers: { location: server.url }, body: '' })],
    ['201', () => ({ status: 201, body: '{"keys":[]}' })],
  ])('or answers with %s: the keys stay', async (_, behaviour) => {
    await find('RS256', 'first');
    server.behaviour = behaviour;
    clock.nowMs += 30_000;
    expect(await find('ES256', 'second')).toBe('unavailable');
    expect(await find('RS256', 'first')).toBe(1);
    expect(keySet.counters).toEqual({ requests: 2, failures: 1 });
    expect(server.requests).toBe(2);
  });

  test('from the beginning: tokens are unavailable, and the next attempt is 30 s later', async () => {
    await server.stop();
    expect(await find('RS256', 'first')).toBe('unavailable');
    expect(await told.next()).toBe('ECONNREFUSED');
    expect(keySet.find('RS256', 'first')).toBe('unavailable');
    expect(keySet.counters.requests).toBe(1);
    clock.nowMs += 30_000;
    expect(await find('RS256', 'first')).toBe('unavailable');
    expect(keySet.counters.requests).toBe(2);
  });

  test('or never answers: waiting tokens are told so', async () => {
    server.behaviour = () => 'silence';
    keySet = new RemoteKeySet({ url: server.url, events, timeoutMs: 50 }, clock);
    expect(await find('RS256', 'first')).toBe('unavailable');
    expect(await told.next()).toBe('no answer within 50 ms');
  });

  test('or answers late: 1,000 unknown names make one request, 250 of them wait', async () => {
    await find('RS256', 'first');
    let answer: (() => void) | undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.behaviour = async () => {
      await answered;
      return { body: JSON.stringify({ keys: [first.jwk, second.jwk] }) };
    };
    clock.nowMs += 30_000;
    const names = Array.from({ length: 1_000 }, (_, at) => (at === 0 ? 'second' : `made-up-${at}`));
    const found = names.map((kid) => find('ES256', kid));
    expect(await find('RS256', 'first')).toBe(1);
    expect(await Promise.all(found.slice(250))).toEqual(Array(750).fill('unavailable'));
    answer?.();
    expect(await Promise.all(found.slice(0, 250))).toEqual([1, ...Array(249).fill(0)]);
    expect(server.requests).toBe(2);
  });
});

describe('of the keys in a set', () => {
  test.each<[string, (jwk: object) => object]>([
    ['that are for encryption', (jwk) => ({ ...jwk, use: 'enc' })],
    ['with other operations', (jwk) => ({ ...jwk, key_ops: ['encrypt'] })],
    ['for another algorithm', (jwk) => ({ ...jwk, alg: 'PS256' })],
    ['that are private', (jwk) => ({ ...jwk, d: 'AQAB' })],
    ['that are symmetric', () => ({ kty: 'oct', kid: 'first', alg: 'RS256', k: 'c2VjcmV0' })],
    ['that cannot be read', (jwk) => ({ ...jwk, n: '' })],
    ['of a kind that nobody knows', (jwk) => ({ ...jwk, kty: 'XYZ' })],
    ['that are no object', () => ['first']],
  ])('those %s are left out', async (_, change) => {
    server.behaviour = serves(change(first.jwk), second.jwk);
    expect(await find('RS256', 'first')).toBe(0);
    expect(await find('ES256', 'second')).toBe(1);
  });

  test('those without alg are for all that fit', async () => {
    const { alg: _, ...jwk } = first.jwk;
    server.behaviour = serves(jwk);
    for (const alg of ['RS256', 'RS512', 'PS384']) expect(await find(alg, 'first')).toBe(1);
    for (const alg of ['ES256', 'HS256']) expect(await find(alg, 'first')).toBe(0);
  });

  test('a token without a name gets the only one that fits, and none if there are several', async () => {
    const { kid: _, ...nameless } = second.jwk;
    server.behaviour = serves(first.jwk, nameless);
    expect(await find('ES256')).toBe(1);
    expect(await find('RS256')).toBe(1);
    expect(await find('ES256', 'second')).toBe(0);
    server.behaviour = serves(first.jwk, nameless, second.jwk);
    clock.nowMs += 30_000;
    expect(await find('ES256', 'second')).toBe(1);
    expect(await find('ES256')).toBe(0);
  });

  test('those with the same name are all tried, but at most four', async () => {
    const others = await Promise.all([1, 2].map(() => issuer('RS256', 'first')));
    server.behaviour = serves(others[0]?.jwk, others[1]?.jwk, first.jwk);
    const options = { ...AUTH_DEFAULTS, jwtJwksUrl: server.url };
    const verifier = new JwtVerifier(options, clock);
    expect(await verifier.verify(await first.sign(GOOD))).toMatchObject({ ok: true });
    server.behaviour = serves(...Array(9).fill(first.jwk));
    expect(await find('RS256', 'first')).toBe(4);
  });
});

describe('a verifier with a key set', () => {
  let verifier: JwtVerifier;
  beforeEach(() => {
    verifier = new JwtVerifier({ ...AUTH_DEFAULTS, jwtJwksUrl: server.url }, clock, events);
  });

  test('accepts what the issuer signed, and nothing that is signed with its public key', async () => {
    expect(await verifier.verify(await first.sign(GOOD))).toMatchObject({ ok: true, user: 'ann' });
    const impostor = await secretSigner(first.pem)(GOOD, { kid: 'first' });
    expect(await verifier.verify(impostor)).toMatchObject({ ok: false });
    const { sign } = await issuer('RS256', 'first');
    expect(await verifier.verify(await sign(GOOD))).toMatchObject({ ok: false });
  });

  test('fetches nothing for a token that is bad in itself', async () => {
    for (const claims of [{}, { ...GOOD, exp: 'never' }, { ...GOOD, exp: 9e11 }, { ...GOOD, nbf: 9e9 }])
      expect(await verifier.verify(await first.sign(claims))).toMatchObject({ ok: false });
    expect(server.requests).toBe(0);
  });

  test('cannot tell while the issuer is unreachable', async () => {
    server.behaviour = fails;
    expect(await verifier.verify(await first.sign(GOOD))).toMatchObject({ ok: 'unavailable' });
  });
});
