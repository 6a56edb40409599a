import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Issuer, issuer, secretSigner } from '@ws-hub/testing';
import { CompactEncrypt } from 'jose';
import { clockOfTests, GOOD, NOW_S, SECRET, verifierWith } from '../testing/verifier.js';

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const sign = secretSigner(SECRET);

/** An attacker's token: anything in its header and claims, signed with HMAC. */
function forged(header: unknown, claims: unknown = GOOD, key: string | Buffer = SECRET): string {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

let rsa: Issuer;
let foreign: Issuer;
beforeAll(async () => {
  rsa = await issuer('RS256', 'key-1');
  foreign = await issuer('RS256', 'key-1');
});

/** Hubs that know the issuer: by a key, a key set, a secret, and all at once. */
const hubs = () =>
  [
    { jwtPublicKey: rsa.pem },
    { jwtPublicKey: JSON.stringify({ keys: [rsa.jwk] }) },
    { jwtPublicKey: rsa.pem, jwtSecrets: ['something-else-of-some-length-here'] },
  ].map((options) => verifierWith(options));

async function expectRefused(token: string): Promise<void> {
  for (const verify of hubs()) expect(await verify(token)).toMatchObject({ ok: false });
}

describe('an attacker gets nowhere', () => {
  test('with a token that the test makes as the issuer would: the test itself works', async () => {
    const token = await rsa.sign(GOOD);
    for (const verify of hubs()) expect(await verify(token)).toMatchObject({ ok: true });
    expect(await verifierWith({ jwtSecrets: [SECRET] })(forged({ alg: 'HS256' }))).toMatchObject({
      ok: true,
    });
  });

  test.each(['none', 'None', 'NONE', 'nOnE', '', 'hs256', 'RS1', 'constructor', '__proto__'])(
    'with the algorithm "%s"',
    async (alg) => {
      const signed = `${base64({ alg })}.${base64(GOOD)}`;
      for (const token of [`${signed}.`, `${signed}.AAAA`, forged({ alg })]) {
        await expectRefused(token);
        expect(await verifierWith({ jwtSecrets: [SECRET] })(token)).toMatchObject({ ok: false });
      }
    },
  );

  test.each([1, null, ['HS256'], { alg: 'HS256' }])('with an algorithm that is %j', async (alg) => {
    expect(await verifierWith({ jwtSecrets: [SECRET] })(forged({ alg }))).toMatchObject({ ok: false });
  });

  test('by signing with the public key as if it were a secret', async () => {
    const key = createPublicKey(rsa.pem);
    const spellings = [
      rsa.pem,
      rsa.pem.trim(),
      `${rsa.pem}\n`,
      key.export({ format: 'pem', type: 'pkcs1' }),
      key.export({ format: 'der', type: 'spki' }),
      key.export({ format: 'der', type: 'pkcs1' }),
      JSON.stringify(rsa.jwk),
      rsa.jwk.n as string,
      Buffer.from(rsa.jwk.n as string, 'base64url'),
    ];
    for (const spelling of spellings) {
      await expectRefused(forged({ alg: 'HS256', kid: 'key-1' }, GOOD, spelling));
      await expectRefused(forged({ alg: 'RS256', kid: 'key-1' }, GOOD, spelling));
    }
  });

  test('with a key of his own under a known name', async () => {
    await expectRefused(await foreign.sign(GOOD));
  });

  test.each([
    '../../../../dev/null',
    '/dev/null',
    "key-1' UNION SELECT 'x",
    'key-1\0',
    '__proto__',
    'x'.repeat(2_000),
    '',
  ])('with the name %j of a key', async (kid) => {
    const inSet = verifierWith({ jwtPublicKey: JSON.stringify({ keys: [rsa.jwk] }) });
    expect(await inSet(await foreign.sign(GOOD, { kid }))).toMatchObject({ ok: false });
    expect(await inSet(forged({ alg: 'HS256', kid }, GOOD, ''.padEnd(1)))).toMatchObject({ ok: false });
  });

  test.each([7, null, ['key-1'], {}])('with a name of a key that is %j', async (kid) => {
    expect(await verifierWith({ jwtSecrets: [SECRET] })(forged({ alg: 'HS256', kid }))).toMatchObject({
      ok: false,
      reason: 'kid: allowed: text',
    });
  });

  test('by bringing the key along: jwk, jku, x5u and x5c are ignored', async () => {
    const brought = {
      jwk: foreign.jwk,
      jku: 'http://127.0.0.1:9/keys',
      x5u: 'http://127.0.0.1:9/key.pem',
      x5c: [foreign.pem.replace(/-----.*-----|\n/g, '')],
    };
    await expectRefused(await foreign.sign(GOOD, brought));
    for (const verify of hubs())
      expect(await verify(await rsa.sign(GOOD, brought))).toMatchObject({ ok: true });
  });

  test.each([[['b64']], [['exp']], [[]], ['b64'], [null]])('with crit %j', async (crit) => {
    const token = forged({ alg: 'HS256', crit, b64: false });
    expect(await verifierWith({ jwtSecrets: [SECRET] })(token)).toMatchObject({ ok: false });
  });

  test.each(['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'JWE', 1, null])(
    "with a token of the issuer's for something else: typ %j",
    async (typ) => {
      expect(await verifierWith({ jwtSecrets: [SECRET] })(forged({ alg: 'HS256', typ }))).toMatchObject({
        ok: false,
      });
    },
  );

  test('with an encrypted token', async () => {
    const key = new TextEncoder().encode(SECRET.slice(0, 32));
    const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(GOOD)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(key);
    const verified = await verifierWith({ jwtSecrets: [SECRET.slice(0, 32)] })(jwe);
    expect(verified).toMatchObject({ ok: false, reason: 'an encrypted token is not accepted' });
  });

  test('with a key that is too short', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const jwtPublicKey = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(() => verifierWith({ jwtPublicKey })).toThrow('an RSA key must have at least 2048 bits');
  });
});

describe('claims that are refused although they are signed', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ exp: undefined }, 'exp'],
    [{ exp: String(NOW_S + 60) }, 'exp'],
    [{ exp: null }, 'exp'],
    [{ exp: [NOW_S + 60] }, 'exp'],
    [{ exp: 1e300 }, 'exp'],
    [{ exp: 8.64e12 }, 'exp'],
    [{ exp: -1 }, 'exp'],
    [{ exp: true }, 'exp'],
    [{ nbf: '0' }, 'nbf'],
    [{ nbf: NOW_S + 3_600 }, 'nbf'],
    [{ nbf: -1 }, 'nbf'],
    [{ iat: 'now' }, 'iat'],
    [{ iat: NOW_S + 3_600 }, 'iat'],
    [{ sub: undefined }, 'sub'],
    [{ sub: '' }, 'sub'],
    [{ sub: 7 }, 'sub'],
    [{ sub: 'a'.repeat(129) }, 'sub'],
    [{ sub: 'ann\n' }, 'sub'],
    [{ sub: ['ann'] }, 'sub'],
    [{ jti: '' }, 'jti'],
    [{ jti: 'x'.repeat(129) }, 'jti'],
    [{ jti: 7 }, 'jti'],
    [{ hub: null }, 'hub'],
    [{ hub: 'room.*' }, 'hub'],
  ])('%j', async (claims, name) => {
    const verified = await verifierWith({ jwtSecrets: [SECRET] })(await sign({ ...GOOD, ...claims }));
    expect(verified).toMatchObject({ ok: false, reason: expect.stringMatching(`^${name}: `) });
    expect(verified).not.toHaveProperty('isExpired', true);
  });

  test.each(['[]', 'null', '"ann"', '7', '{', '', '\ufeff{}'])('a payload that is %j', async (claims) => {
    expect(await verifierWith({ jwtSecrets: [SECRET] })(forged({ alg: 'HS256' }, claims))).toMatchObject({
      ok: false,
    });
  });

  test('of two claims of one name the last one counts, before the signature as well as after (RFC 7519, section 4)', async () => {
    const verify = verifierWith({ jwtSecrets: [SECRET] });
    const twice = (first: number, last: number) =>
      forged({ alg: 'HS256' }, `{"sub":"ann","exp":${first},"exp":${last}}`);
    expect(await verify(twice(NOW_S + 60, NOW_S - 60))).toMatchObject({ ok: false, isExpired: true });
    expect(await verify(twice(NOW_S - 60, NOW_S + 60))).toMatchObject({
      ok: true,
      expiresAtMs: (NOW_S + 60) * 1000,
    });
  });
});

describe('a token that is not a token', () => {
  test.each([
    '',
    '.',
    '..',
    '...',
    'a.b',
    'a.b.c.d',
    'a.b.c.d.e',
    'Bearer x',
    '{"alg":"none"}',
    'ä.ö.ü',
    '\0',
  ])('%j', async (token) => {
    expect(await verifierWith({ jwtSecrets: [SECRET] })(token)).toMatchObject({ ok: false });
  });

  test('is one of 4,097 bytes, and not one of 4,096', async () => {
    const verify = verifierWith({ jwtSecrets: [SECRET] });
    // The length of a token grows in steps of 1, 1 and 2 characters; the user fills the remainder.
    const tokenOf = (size: number) => {
      for (let pad = 2_800; pad < 3_100; pad += 1)
        for (const sub of ['a', 'an', 'ann']) {
          const token = forged({ alg: 'HS256' }, { ...GOOD, sub, pad: 'x'.repeat(pad) });
          if (token.length === size) return token;
        }
      throw new Error(`no token of ${size} bytes`);
    };
    expect(await verify(tokenOf(4_096))).toMatchObject({ ok: true });
    const tooLong = [4_097, 4_098].flatMap((size) => {
      try {
        return tokenOf(size);
      } catch {
        // Base64url has no lengths with remainder 1.
        return [];
      }
    });
    expect(tooLong.length).toBeGreaterThan(0);
    for (const token of [...tooLong, `${tokenOf(4_096)}x`])
      expect(await verify(token)).toEqual({ ok: false, reason: 'the token is longer than 4096 bytes' });
  });

  test('is another spelling of one: padding, spare bits, white space, the other alphabet', async () => {
    const verify = verifierWith({ jwtSecrets: [SECRET] });
    const token = await sign(GOOD);
    expect(await verify(token)).toMatchObject({ ok: true });
    const last = token.at(-1) as string;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spare = alphabet[alphabet.indexOf(last) + 1] as string;
    const spellings = [
      `${token}=`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      token.slice(0, -1) + spare,
      token.replaceAll('.', '. '),
    ];
    for (const each of spellings) expect(await verify(each)).toMatchObject({ ok: false });
  });
});

describe('100,000 mutations', () => {
  /** mulberry32: the same mutations in each run. */
  function randomOf(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
  }

  const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0ä';

  function mutated(token: string, other: string, random: (below: number) => number): string {
    const at = random(token.length);
    const to = at + random(token.length - at);
    const character = CHARACTERS[random(CHARACTERS.length)] as string;
    const parts = token.split('.');
    const part = random(parts.length);
    return (
      [
        () => token.slice(0, at) + character + token.slice(at + 1),
        () => token.slice(0, at) + character + token.slice(at),
        () => token.slice(0, at) + token.slice(at + 1),
        () => token.slice(0, at) + token.slice(to),
        () => token.slice(0, to) + token.slice(at),
        () => token.slice(0, at) + other.slice(at),
        () => parts.with(part, other.split('.')[part] as string).join('.'),
        () => parts.with(part, parts[random(parts.length)] as string).join('.'),
      ][random(8)] as () => string
    )();
  }

  test('of good tokens: not one is accepted', async () => {
    const issuers = [
      sign,
      rsa.sign,
      (await issuer('ES256', 'key-1')).sign,
      (await issuer('EdDSA', 'key-1')).sign,
    ];
    const es = await issuer('ES256', 'es');
    const ed = await issuer('EdDSA', 'ed');
    const verify = verifierWith(
      { jwtSecrets: [SECRET], jwtPublicKey: JSON.stringify({ keys: [rsa.jwk, es.jwk, ed.jwk] }) },
      clockOfTests(),
    );
    const signers = [sign, rsa.sign, es.sign, ed.sign];
    const good = await Promise.all(
      signers.flatMap((signer) => [
        signer(GOOD),
        signer({ ...GOOD, sub: 'bob' }),
        signer({ ...GOOD, hub: [] }),
      ]),
    );
    const bad = await Promise.all(issuers.slice(2).map((signer) => signer(GOOD)));
    for (const token of good) expect(await verify(token)).toMatchObject({ ok: true });
    const known = new Set(good);
    const random = randomOf(20_261_126);
    const accepted: string[] = [];
    const pick = (list: readonly string[]) => list[random(list.length)] as string;
    for (let round = 0; round < 100; round += 1) {
      const tokens = Array.from({ length: 1_000 }, () =>
        mutated(pick(good), pick([...good, ...bad]), random),
      );
      const verdicts = await Promise.all(tokens.map(verify));
      accepted.push(...tokens.filter((token, at) => verdicts[at]?.ok !== false && !known.has(token)));
    }
    expect(accepted).toEqual([]);
  });
});
