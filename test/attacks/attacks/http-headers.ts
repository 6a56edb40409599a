import { keyOf } from '../api-keys.js';
import { type Attack, HTTP_IS_ON, HTTP_WITH_LIMITS } from '../attack.js';
import { dial } from '../attack-socket.js';
import { askOnce, by, requestBytes } from '../http-socket.js';
import { times, within } from '../load.js';

const PATIENCE_MS = 3_000;
const PATH = '/v1/channels/headers/messages';
const FLOODERS = 20;
const SECONDS = { short: 0.7, long: 10 };
const GOOD = `Authorization: Bearer ${keyOf('headers')}`;
const WRONG = 'X-API-Key: wsh_headers0_not-the-key';

/** Further content of a request's head. */
const FLOODS: readonly (readonly [headers: string[], ...statuses: number[]])[] = [
  [[`X-Long: ${'x'.repeat(8_192)}`], 431],
  [Array.from({ length: 3_000 }, (_, at) => `X-${at}: y`), 431],
  [Array.from({ length: 1_000 }, () => 'a: b'), 200, 400, 401, 431],
  [Array.from({ length: 100 }, () => GOOD), 200, 400, 401, 431],
  [[GOOD, 'Authorization: Bearer x.y.z'], 200, 400, 401],
  [['Authorization: Bearer x.y.z', GOOD], 400, 401],
  [[GOOD, WRONG], 400],
  [Array.from({ length: 50 }, () => WRONG), 400, 401],
  [[GOOD, ...Array.from({ length: 50 }, (_, at) => `Idempotency-Key: k${at}`)], 400],
  [[GOOD, 'Host: another'], 200, 400],
  [[GOOD, 'Content-Length: 2'], 400],
  [[GOOD, 'Transfer-Encoding: chunked'], 400],
  [[GOOD, 'Transfer-Encoding: gzip, chunked'], 400, 501],
  [[GOOD, 'Expect: 100-continue'], 100, 200, 417],
  [[GOOD, 'Upgrade: websocket', 'Connection: Upgrade'], 200, 400, 404, 426],
];

export const headerFloods: Attack = {
  finding: '15.5',
  onlyLong: true,
  name: `${FLOODS.length} ways to flood a request with headers, ${FLOODERS} at a time`,
  env: HTTP_WITH_LIMITS,
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    await begin();
    const broken = new Set<string>();
    const seconds = long ? SECONDS.long : SECONDS.short;
    const endMs = performance.now() + seconds * 1_000;
    let asked = 0;
    await times(FLOODERS, async (of) => {
      for (let at = of; performance.now() < endMs || at === of; at++) {
        const [headers, ...statuses] = FLOODS[at % FLOODS.length] as (typeof FLOODS)[number];
        const answer = await within(PATIENCE_MS, askOnce(port, flooded(headers), `127.0.3.${of + 1}`));
        asked++;
        const status = answer?.status ?? 0;
        if (![0, 429, ...statuses].includes(status)) broken.add(`${status} for flood ${at % FLOODS.length}`);
      }
    });
    note(`${Math.round(asked / seconds)} requests/s`);
    return [...broken];
  },
};

function flooded(headers: readonly string[]) {
  return Buffer.from(
    [
      `POST ${PATH} HTTP/1.1`,
      'Host: hub',
      'Content-Type: text/plain',
      'Content-Length: 1',
      ...headers,
      '',
      'x',
    ].join('\r\n'),
  );
}

const SOCKETS = 16;
const REQUESTS = 10_000;
const POST = requestBytes({
  method: 'POST',
  path: '/v1/channels/pipeline/messages',
  headers: { ...by('pipeline'), 'Content-Type': 'text/plain' },
  body: 'x',
});
const GET = requestBytes({ path: '/v1/info', headers: by('pipeline') });

/** No real client sends a request before it has the response of the previous one. */
export const pipelinedPublishes: Attack = {
  finding: '15.6',
  onlyLong: true,
  name: `${REQUESTS.toLocaleString('en')} pipelined requests on ${SOCKETS} sockets below /v1`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    await begin();
    const endMs = performance.now() + (long ? 10_000 : 0);
    const broken = new Set<string>();
    let answers = 0;
    let rounds = 0;
    do {
      const counts = await times(SOCKETS, (at) => pipeline(port, at % 2 === 0 ? POST : GET));
      if (counts.includes(undefined)) broken.add('a socket was not cut off');
      for (const count of counts) answers += count ?? 0;
      rounds++;
    } while (performance.now() < endMs);
    if (answers > rounds * SOCKETS) broken.add(`${answers} requests were answered`);
    note(`${answers} of ${rounds * REQUESTS} answered`);
    return [...broken];
  },
};

/** @returns the number of responses; undefined if the socket was not closed in time */
async function pipeline(port: number, request: Buffer): Promise<number | undefined> {
  const socket = await dial(port);
  const closed = new Promise<true>((resolve) => socket.once('close', () => resolve(true)));
  let answers = 0;
  socket.on('data', (chunk: Buffer) => {
    answers += chunk.toString('latin1').split('HTTP/1.1 ').length - 1;
  });
  const all = Buffer.concat(Array(REQUESTS / SOCKETS).fill(request));
  socket.write(all);
  const isClosed = await within(PATIENCE_MS, closed);
  socket.destroy();
  return isClosed ? answers : undefined;
}
