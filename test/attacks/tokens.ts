import { createHmac, randomBytes } from 'node:crypto';

const SECRET = 'magnet-58-willow-cobalt-harvest-drum';
const [ISSUER, AUDIENCE] = ['https://issuer.example', 'https://hub.example'];
const RSA_SIGNATURE_BYTES = 256;
const LONGEST = 4_096;

/** The name of the only key in the issuer's key set. */
export const KNOWN_KEY = 'known';
/** The healthy pair and the warm-up are anonymous, on channels of their own. */
export const TOKENS_ARE_OPTIONAL = {
  AUTH: 'optional',
  ANONYMOUS_ALLOW:
    'subscribe:healthy, publish:healthy, subscribe:warm, publish:warm, subscribe:main, publish:main',
  JWT_SECRET: SECRET,
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
};

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Invalid tokens name a user that a client may also have. */
export const USER = 'mallory';

/** The part before the signature, with the claims of a valid token. */
function unsigned(header: object, claims: object): string {
  const nowS = Math.floor(Date.now() / 1_000);
  const all = { iss: ISSUER, aud: AUDIENCE, sub: USER, iat: nowS, exp: nowS + 600, ...claims };
  return [header, all].map(encoded).join('.');
}

function signed(claims: object): string {
  const text = unsigned({ alg: 'HS256' }, claims);
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/** A valid token, with rights on its user's channel only, or on another one. */
export function goodToken(user: string, allow = ['subscribe', 'publish'], channel = `own.${user}`): string {
  return signed({ sub: user, hub: [{ match: channel, allow }] });
}

function forged(kid: string): string {
  const signature = randomBytes(RSA_SIGNATURE_BYTES).toString('base64url');
  return `${unsigned({ alg: 'RS256', kid }, {})}.${signature}`;
}

/** As long as a token may be: all of it is hashed before it is found invalid. */
function longest(): string {
  const wrong = randomBytes(32).toString('base64url');
  const without = unsigned({ alg: 'HS256' }, { pad: '' }).length;
  const room = Math.floor(((LONGEST - without - wrong.length - 1) * 3) / 4) - 3;
  return `${unsigned({ alg: 'HS256' }, { pad: 'x'.repeat(room) })}.${wrong}`;
}

/** Invalid tokens of all kinds, each with another cost for the hub. */
export const BAD_TOKENS: Readonly<Record<string, (at: number) => string>> = {
  expired: () => signed({ iat: 1, exp: 2 }),
  forged: () => forged(KNOWN_KEY),
  'of an unknown key': (at) => forged(`made-up-${at}`),
  malformed: (at) => `not-a-token-${at}`,
  longest,
};

const KINDS = Object.values(BAD_TOKENS);

/** One of them after the other. */
export function badToken(at: number): string {
  return (KINDS[at % KINDS.length] as (at: number) => string)(at);
}
