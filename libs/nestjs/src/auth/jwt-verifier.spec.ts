import { describe, expect, test } from '@jest/globals';
import { issuer, secretSigner } from '@ws-hub/testing';
import { clockOfTests, GOOD, NOW_S, SECRET, verifierWith } from '../testing/verifier.js';
import { AUTH_DEFAULTS } from './auth-options.js';
import { JwtVerifier } from './jwt-verifier.js';

const ADMITTED = {
  ok: true,
  user: 'ann',
  rights: [{ match: 'room.*', allow: ['subscribe', 'publish'] }],
  expiresAtMs: (NOW_S + 3_600) * 1000,
  tokenId: 'token-1',
  issuedAtS: NOW_S - 10,
};
const SECOND_SECRET = 'former-'.repeat(4) + SECRET;
const sign = secretSigner(SECRET);
const verify = verifierWith({ jwtSecrets: [SECRET] });

describe('a token', () => {
  test.each(['HS256', 'HS384', 'HS512'])('signed with the secret by %s is accepted', async (alg) => {
    expect(await verify(await secretSigner(SECRET, alg)(GOOD))).toEqual(ADMITTED);
  });

  test.each([
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ])('signed by %s is accepted with its key as PEM, JWK and key set, and with no other', async (alg) => {
    const [own, other] = await Promise.all([issuer(alg), issuer(alg)]);
    const token = await own.sign(GOOD);
    const given = [
      own.pem,
      JSON.stringify(own.jwk),
      JSON.stringify({ keys: [{ ...other.jwk, kid: 'b' }, own.jwk] }),
    ];
    for (const jwtPublicKey of given) expect(await verifierWith({ jwtPublicKey })(token)).toEqual(ADMITTED);
    expect(await verifierWith({ jwtPublicKey: other.pem })(token)).toMatchObject({ ok: false });
  });

  test('signed with a former secret is accepted while that is configured', async () => {
    const token = await secretSigner(SECOND_SECRET)(GOOD);
    expect(await verify(token)).toMatchObject({ ok: false, reason: 'the signature is wrong' });
    expect(await verifierWith({ jwtSecrets: [SECRET, SECOND_SECRET] })(token)).toEqual(ADMITTED);
  });

  test('of an algorithm that the operator left out is refused', async () => {
    const only512 = verifierWith({ jwtSecrets: [SECRET], jwtAlgorithms: ['HS512'] });
    expect(await only512(await sign(GOOD))).toMatchObject({ ok: false });
    expect(await only512(await secretSigner(SECRET, 'HS512')(GOOD))).toEqual(ADMITTED);
  });

  test('without the claim hub has no rights', async () => {
    const { hub: _, ...claims } = GOOD;
    expect(await verify(await sign(claims))).toEqual({ ...ADMITTED, rights: [] });
  });

  test('that has expired is called so only if all else is right', async () => {
    const expired = { ...GOOD, exp: NOW_S - 60 };
    expect(await verify(await sign(expired))).toEqual({
      ok: false,
      reason: 'the token has expired',
      isExpired: true,
    });
    const forged = await secretSigner('another'.repeat(6))(expired);
    const badRights = await sign({ ...expired, hub: [{}] });
    for (const token of [forged, badRights]) {
      const verified = await verify(token);
      expect(verified).toMatchObject({ ok: false });
      expect(verified).not.toHaveProperty('isExpired', true);
    }
  });
});

describe('the tolerance', () => {
  const tolerant = verifierWith({ jwtSecrets: [SECRET], jwtClockToleranceMs: 5_000 });

  test.each([
    [{ exp: NOW_S - 4 }, true],
    [{ exp: NOW_S - 5 }, false],
    [{ exp: NOW_S - 4.5 }, true],
    [{ nbf: NOW_S + 5 }, true],
    [{ nbf: NOW_S + 6 }, false],
    [{ iat: NOW_S + 5 }, true],
    [{ iat: NOW_S + 6 }, false],
    [{ exp: NOW_S + 366 * 86_400 + 5 }, true],
    [{ exp: NOW_S + 366 * 86_400 + 6 }, false],
  ])('makes the edge of %j: %s', async (claims, ok) => {
    expect((await tolerant(await sign({ ...GOOD, ...claims }))).ok).toBe(ok);
  });
});

describe('issuer and audience', () => {
  const verify = verifierWith({ jwtSecrets: [SECRET], jwtIssuer: 'https://id.test/', jwtAudience: 'hub' });
  const iss = 'https://id.test/';

  test.each([
    [{ iss, aud: 'hub' }, true],
    [{ iss, aud: ['other', 'hub'] }, true],
    [{ iss: 'https://id.test', aud: 'hub' }, false],
    [{ iss: [iss], aud: 'hub' }, false],
    [{ aud: 'hub' }, false],
    [{ iss }, false],
    [{ iss, aud: 'hub2' }, false],
    [{ iss, aud: [] }, false],
    [{ iss, aud: ['other'] }, false],
    [{ iss, aud: { hub: true } }, false],
  ])('of %j are accepted: %s', async (claims, ok) => {
    expect((await verify(await sign({ ...GOOD, ...claims }))).ok).toBe(ok);
  });

  test.each([{}, { iss }, { aud: 'hub' }, { iss: 7, aud: [null] }])(
    'of %j are accepted if none are required',
    async (claims) => {
      const anybody = verifierWith({ jwtSecrets: [SECRET] });
      expect(await anybody(await sign({ ...GOOD, ...claims }))).toEqual(ADMITTED);
    },
  );
});

describe('an explanation', () => {
  const verifier = new JwtVerifier(
    { ...AUTH_DEFAULTS, jwtSecrets: [SECRET], jwtAudience: 'hub' },
    clockOfTests(),
  );

  test('names each check that fails', async () => {
    const token = await secretSigner('another'.repeat(6))({ ...GOOD, exp: NOW_S - 60, hub: [1] });
    const { checks, verified, claims } = await verifier.explain(token);
    expect(checks.filter(({ fault }) => fault !== undefined).map(({ name }) => name)).toEqual([
      'signature',
      'audience',
      'expiry',
      'rights',
    ]);
    expect(verified).toMatchObject({ ok: false });
    expect(claims?.sub).toBe('ann');
  });

  test('of a good token has no fault', async () => {
    const { checks, rights } = await verifier.explain(await sign({ ...GOOD, aud: 'hub' }));
    expect(checks.length).toBe(11);
    expect(checks.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(rights).toEqual(ADMITTED.rights);
  });
});
