import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { HUB_V1, type Right, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { WebSocket } from 'ws';
import { HubModule } from '../src/hub.module.js';
import { HubService } from '../src/hub.service.js';
import { createApp, listenOn } from './nest/nest-app.js';

const [ISSUER, AUDIENCE] = ['https://issuer.example', 'https://hub.example'];
const SECRET = 'violet-harbour-42-otter-quarry-lamp';
const FORMER = 'copper-meadow-17-falcon-bridge-moss';
const HUB: Right[] = [{ match: '>', allow: ['subscribe', 'publish', 'history'] }];
const ORIGIN = 'https://page.example';

const keys = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  EdDSA: generateKeyPairSync('ed25519'),
};
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = keys.RS256.publicKey.export({ type: 'spki', format: 'pem' });

interface Changes {
  readonly alg?: string;
  readonly kid?: string;
  readonly claims?: object;
}

function sign(key: KeyObject | Uint8Array, { alg = 'RS256', kid = alg, claims = {} }: Changes = {}) {
  const nowS = Math.floor(Date.now() / 1_000);
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: nowS, exp: nowS + 600, hub: HUB, ...claims };
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(key);
}

const soon = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const rsa = (claims: object) => sign(keys.RS256.privateKey, { claims });

type Kind = 'good' | 'powerless' | 'bad' | 'expired' | 'too long' | 'absent';

/** What a client presents, and how a hub responds. */
const CASES: [string, Kind, () => Promise<string> | string][] = [
  ['signed by RS256', 'good', () => sign(keys.RS256.privateKey)],
  ['signed by ES256', 'good', () => sign(keys.ES256.privateKey, { alg: 'ES256' })],
  ['signed by EdDSA', 'good', () => sign(keys.EdDSA.privateKey, { alg: 'EdDSA' })],
  ['signed by HS256', 'good', () => sign(Buffer.from(SECRET), { alg: 'HS256' })],
  ['signed by the former secret', 'good', () => sign(Buffer.from(FORMER), { alg: 'HS256' })],
  ['for several audiences', 'good', () => rsa({ aud: ['https://other.example', AUDIENCE] })],
  ['expired', 'expired', () => rsa({ exp: soon(-60) })],
  ['not yet valid', 'bad', () => rsa({ nbf: soon(60) })],
  ['of another issuer', 'bad', () => rsa({ iss: 'https://evil.example' })],
  ['without an issuer', 'bad', () => rsa({ iss: undefined })],
  ['without an audience', 'bad', () => rsa({ aud: undefined })],
  ['without rights', 'powerless', () => rsa({ hub: undefined })],
  ['for another audience', 'bad', () => rsa({ aud: 'https://other.example' })],
  ['without an end', 'bad', () => rsa({ exp: undefined })],
  ['without a user', 'bad', () => rsa({ sub: undefined })],
  ['with an entry that is none', 'bad', () => rsa({ hub: [...HUB, { match: 'a..b', allow: ['publish'] }] })],
  ['signed by nobody', 'bad', () => new UnsecuredJWT({ sub: 'alice', hub: HUB, exp: soon(60) }).encode()],
  ['signed by HS256 with the public key', 'bad', () => sign(Buffer.from(publicPem), { alg: 'HS256' })],
  ['signed by a foreign key of a known name', 'bad', () => sign(foreign.privateKey, { kid: 'RS256' })],
  ['signed by a key that nobody knows', 'bad', () => sign(foreign.privateKey, { kid: 'mallory' })],
  ['with a changed claim', 'bad', async () => withUser(await sign(keys.RS256.privateKey), 'mallory')],
  ['malformed', 'bad', () => 'not-a-token'],
  ['empty', 'bad', () => ''],
  ['too long', 'too long', () => 'x'.repeat(4_097)],
  ['absent', 'absent', () => ''],
];

function withUser(token: string, sub: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub };
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

/** How it is presented, in a handshake or after it. */
interface Carried {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly protocols?: string[];
  readonly hello?: string;
}

const SOURCES: Readonly<Record<string, (token: string) => Carried>> = {
  header: (token) => ({ headers: { Authorization: `Bearer ${token}` } }),
  subprotocol: (token) => ({
    protocols: [TOKEN_PROTOCOL_PREFIX + Buffer.from(token).toString('base64url')],
  }),
  cookie: (token) => ({ headers: { Cookie: `a=b; hub=${token}; c=d` } }),
  query: (token) => ({ query: `?access_token=${token}` }),
  hello: (hello) => ({ hello }),
};

type Outcome = 'admitted' | number;

/** The result for a client: admitted, an HTTP status, or a close code. */
function outcomeOf(url: string, dialect: string, carried: Carried, origin: boolean): Promise<Outcome> {
  const { headers = {}, query = '', protocols = [], hello } = carried;
  const offers = dialect === 'hub.v1' ? [...protocols, HUB_V1] : protocols;
  return new Promise((resolve) => {
    const socket = new WebSocket(url + query, offers, { headers, ...(origin && { origin: ORIGIN }) });
    const end = (outcome: Outcome) => {
      resolve(outcome);
      socket.terminate();
    };
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => end(statusCode));
    socket.on('close', (code) => end(code));
    socket.on('message', () => end('admitted'));
    socket.on('open', () => {
      if (dialect === 'hub.v1') socket.send(JSON.stringify({ type: 'hello', token: hello }));
      // A plain client that is rejected gets a close frame in the same chunk; one that gets a pong is connected.
      else socket.ping();
    });
    socket.on('pong', () => {
      if (socket.readyState === WebSocket.OPEN) end('admitted');
    });
  });
}

function expected(auth: string, kind: Kind, dialect: string, source: string, origin: boolean): Outcome {
  if (kind === 'good' || (kind === 'absent' && auth === 'optional')) return 'admitted';
  // A plain client must be able to subscribe or publish.
  if (kind === 'powerless') return dialect === 'hub.v1' ? 'admitted' : origin ? 4403 : 403;
  if (kind === 'absent') return dialect === 'hub.v1' || origin ? 4401 : 401;
  if (source === 'hello') return kind === 'too long' ? 4400 : kind === 'expired' ? 4410 : 4401;
  if (!origin) return 401;
  return kind === 'expired' ? 4410 : 4401;
}

/** The client of ws rejects a response without a subprotocol if it has offered one; so do browsers. */
const isPossible = (source: string, dialect: string) =>
  dialect === 'hub.v1' || (source !== 'hello' && source !== 'subprotocol');

const MODES = ['required', 'optional'] as const;
const ROWS = MODES.flatMap((auth) => CASES.map((row) => [auth, ...row] as const));

describe.each(ROWS)('where it is %s, a token that is %s', (auth, _case, kind, make) => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const jwks = Object.entries(keys).map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
    }));
    app = await createApp(new ExpressAdapter(), {
      imports: [
        HubModule.forRoot({
          auth,
          anonymousAllow: auth === 'optional' ? HUB : [],
          jwtSecrets: [SECRET, FORMER],
          jwtPublicKey: JSON.stringify({ keys: await Promise.all(jwks) }),
          jwtIssuer: ISSUER,
          jwtAudience: AUDIENCE,
          authCookie: 'hub',
          allowedOrigins: [ORIGIN],
        }),
      ],
    });
    url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
  });
  afterAll(() => app.close());

  const rows = Object.keys(SOURCES).flatMap((source) =>
    ['plain', 'hub.v1']
      .filter((dialect) => isPossible(source, dialect))
      .flatMap((dialect) => [false, true].map((origin) => ({ source, dialect, origin }))),
  );

  test.each(rows)('in the $source, $dialect, Origin: $origin', async ({ source, dialect, origin }) => {
    const token = await make();
    const carried = kind === 'absent' ? {} : (SOURCES[source]?.(token) ?? {});
    const outcome = expected(auth, kind, dialect, source, origin);
    expect(await outcomeOf(url, dialect, carried, origin)).toBe(outcome);
    const { peers } = app.get(HubService, { strict: false }).connections();
    if (outcome !== 'admitted') expect(peers.filter(({ user }) => user !== undefined)).toEqual([]);
  });
});
