import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { HUB_V1, TOKEN_PROTOCOL_PREFIX } from '@ws-hub/protocol';
import { secretSigner, V1Client } from '@ws-hub/testing';
import { WebSocket } from 'ws';
import { HubModule } from '../src/hub.module.js';
import { HubLogger, type LogFields } from '../src/logger/hub-logger.js';
import { createApp, listenOn } from './nest/nest-app.js';

const SECRET = 'quartz-lantern-58-willow-ember-tide';
const ORIGIN = 'https://page.example';

/** Keeps every line, including debug lines. */
class Lines extends HubLogger {
  static all: string[] = [];
  readonly isDebug = true;
  readonly debug = Lines.keep;
  readonly info = Lines.keep;
  readonly warn = Lines.keep;
  readonly error = Lines.keep;

  private static keep(fields: LogFields, message: string): void {
    Lines.all.push(JSON.stringify({ ...fields, message }, withErrors));
  }
}

function withErrors(_name: string, value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}

let app: INestApplication;
let url: string;
beforeEach(async () => {
  Lines.all = [];
  const options = {
    auth: 'required',
    jwtSecrets: [SECRET],
    authCookie: 'hub',
    allowedOrigins: [ORIGIN],
  } as const;
  const hub = HubModule.forRoot({ ...options, logger: Lines });
  app = await createApp(new ExpressAdapter(), { imports: [hub] });
  url = `ws://127.0.0.1:${await listenOn(app)}/ws`;
});
afterEach(() => app?.close());

/** The secret parts of a token: with one of them one has the token, or can make one. */
const partsOf = (token: string) => [
  ...token.split('.').slice(1),
  Buffer.from(token).toString('base64url'),
  SECRET,
];

/** Presents a token in every possible way, in both dialects, as a page and as a program. @returns the answers */
async function present(token: string): Promise<string[]> {
  const inProtocol = TOKEN_PROTOCOL_PREFIX + Buffer.from(token).toString('base64url');
  const ways: Way[] = [
    { headers: { Authorization: `Bearer ${token}` } },
    { headers: { Cookie: `hub=${token}` } },
    { query: `?access_token=${token}` },
    { protocols: [inProtocol] },
    { hello: token },
  ];
  const all = ways.flatMap((way) => [way, { ...way, origin: ORIGIN }]);
  return Promise.all(
    all.flatMap((way) => [
      answerTo(way),
      answerTo({ ...way, protocols: [HUB_V1, ...(way.protocols ?? [])] }),
    ]),
  );
}

interface Way {
  readonly headers?: Record<string, string>;
  readonly query?: string;
  readonly protocols?: string[];
  readonly hello?: string;
  readonly origin?: string;
}

/** Everything that the hub sends until it closes the connection, or the client does after the first message. */
function answerTo({ headers = {}, query = '', protocols = [], hello, origin }: Way): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url + query, protocols, { headers, ...(origin && { origin }) });
    let heard = '';
    socket.on('open', () => {
      if (socket.protocol === HUB_V1) socket.send(JSON.stringify({ type: 'hello', token: hello }));
      else socket.close(1000);
    });
    socket.on('message', (text: Buffer) => {
      heard += text;
      socket.close(1000);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.on('data', (text: Buffer) => {
        heard += text;
      });
      response.on('end', () => resolve(`${JSON.stringify(response.headers)} ${heard}`));
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => resolve(`${heard} ${code} ${reason}`));
  });
}

const nowS = Math.floor(Date.now() / 1_000);
const claims = { sub: 'alice', exp: nowS + 600, hub: [{ match: '>', allow: ['subscribe'] }] };
const sign = secretSigner(SECRET);

test.each([
  ['good', () => sign(claims), 'access_granted'],
  ['expired', () => sign({ ...claims, exp: nowS - 60 }), 'handshake_refused'],
  ['forged', () => secretSigner(`${SECRET}!`)(claims), 'handshake_refused'],
  ['invalid', () => sign({ ...claims, hub: [{ match: '..', allow: ['subscribe'] }] }), 'handshake_refused'],
])(
  'a token that is %s appears in no line of the log, at no level, and in no answer',
  async (_name, make, event) => {
    const token = await make();
    const answers = await present(token);
    const told = [...Lines.all, ...answers].join('\n');
    expect(told).toContain(event);
    expect(partsOf(token).filter((part) => told.includes(part))).toEqual([]);
  },
);

test('a session appears in no line of the log', async () => {
  const { welcome, ...client } = await V1Client.join(url, { token: await sign(claims) });
  client.socket.terminate();
  await client.closed;
  const [text = '', proof = ''] = welcome.session.split('.');
  expect(Lines.all.join('\n')).toContain('access_granted');
  expect([text, proof].filter((part) => Lines.all.join('\n').includes(part))).toEqual([]);
});
