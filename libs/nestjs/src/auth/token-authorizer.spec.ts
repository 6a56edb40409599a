import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { issuer, secretSigner } from '@ws-hub/testing';
import { clockOfTests, GOOD, NOW_S, SECRET } from '../testing/verifier.js';
import { AUTH_DEFAULTS, type AuthOptions } from './auth-options.js';
import { JwtVerifier } from './jwt-verifier.js';
import { TokenAuthorizer } from './token-authorizer.js';

const sign = secretSigner(SECRET);
const PUBLIC = [{ match: 'public.>', allow: ['subscribe' as const] }];
const REQUIRED = { allowed: false, status: 401, reason: 'a token is required' };

function authorizer(auth: AuthOptions['auth'], more: Partial<AuthOptions> = {}): TokenAuthorizer {
  const options = { ...AUTH_DEFAULTS, auth, jwtSecrets: [SECRET], anonymousAllow: PUBLIC, ...more };
  return new TokenAuthorizer(options, new JwtVerifier(options, clockOfTests()));
}

const connect = (auth: TokenAuthorizer, dialect: 'plain' | 'hub.v1', token?: string) =>
  auth.connect({
    request: new IncomingMessage(new Socket()),
    channel: 'lobby',
    remoteAddress: '192.0.2.7',
    dialect,
    token,
  });
const authenticate = (
  auth: TokenAuthorizer,
  moment: 'hello' | 'refresh',
  token: string | undefined,
  user?: string,
) => auth.authenticate({ moment, token, user, channel: 'lobby', remoteAddress: '192.0.2.7' });

const ANN = { allowed: true, user: 'ann', rights: GOOD.hub, expiresAtMs: GOOD.exp * 1000 };

describe('AUTH=off', () => {
  test('lets every client do everything, whatever its token', async () => {
    const off = authorizer('off');
    for (const token of [undefined, 'nonsense']) {
      expect(connect(off, 'plain', token)).toEqual({ allowed: true });
      expect(connect(off, 'hub.v1', token)).toEqual({ allowed: true });
      expect(authenticate(off, 'hello', token)).toEqual({ allowed: true });
    }
  });
});

describe('without a token', () => {
  test.each<[AuthOptions['auth'], object]>([
    ['required', REQUIRED],
    ['optional', { allowed: true, rights: PUBLIC }],
  ])('where it is %s, plain is judged at once, and hub.v1 at its hello', (auth, verdict) => {
    const asked = authorizer(auth);
    expect(connect(asked, 'plain')).toEqual(verdict);
    expect(connect(asked, 'hub.v1')).toEqual({ allowed: 'hello' });
    expect(authenticate(asked, 'hello', undefined)).toEqual(verdict);
    expect(authenticate(asked, 'refresh', undefined, 'ann')).toEqual(REQUIRED);
    expect(authenticate(asked, 'refresh', undefined)).toEqual(REQUIRED);
  });
});

describe.each<AuthOptions['auth']>(['required', 'optional'])('with a token, where it is %s,', (auth) => {
  test('a good one admits its user with its rights', async () => {
    const token = await sign(GOOD);
    expect(await connect(authorizer(auth), 'plain', token)).toMatchObject(ANN);
    expect(await connect(authorizer(auth), 'hub.v1', token)).toMatchObject(ANN);
    expect(await authenticate(authorizer(auth), 'hello', token)).toMatchObject(ANN);
    expect(await authenticate(authorizer(auth), 'refresh', token, 'ann')).toMatchObject(ANN);
  });

  test('an invalid one is rejected, and never treated as missing', async () => {
    const expired = await sign({ ...GOOD, exp: NOW_S - 60 });
    for (const token of ['', 'nonsense', `${await sign(GOOD)}x`]) {
      expect(await connect(authorizer(auth), 'plain', token)).toMatchObject({ allowed: false, status: 401 });
      expect(await connect(authorizer(auth), 'hub.v1', token)).toMatchObject({ allowed: false, status: 401 });
      expect(await authenticate(authorizer(auth), 'hello', token)).toMatchObject({
        allowed: false,
        status: 401,
      });
    }
    for (const verdict of [
      await connect(authorizer(auth), 'plain', expired),
      await authenticate(authorizer(auth), 'refresh', expired, 'ann'),
    ])
      expect(verdict).toEqual({
        allowed: false,
        status: 401,
        reason: 'the token has expired',
        isExpired: true,
      });
  });

  test("another user's does not renew a connection", async () => {
    const token = await sign({ ...GOOD, sub: 'bob' });
    const refused = { allowed: false, status: 403, reason: 'another user' };
    expect(await authenticate(authorizer(auth), 'refresh', token, 'ann')).toEqual(refused);
    expect(await authenticate(authorizer(auth), 'refresh', token, undefined)).toEqual(refused);
    expect(await authenticate(authorizer(auth), 'hello', token, 'ann')).toEqual(refused);
    expect(await authenticate(authorizer(auth), 'hello', token, 'bob')).toMatchObject({ allowed: true });
  });

  test('one that cannot be verified is rejected for now', async () => {
    // Port 9 (discard) is blocked by fetch.
    const away = authorizer(auth, { jwtSecrets: [], jwtJwksUrl: 'http://127.0.0.1:9/' });
    const { sign: foreign } = await issuer('ES256');
    expect(await connect(away, 'plain', await foreign(GOOD))).toMatchObject({ allowed: false, status: 503 });
  });
});
