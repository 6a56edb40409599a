import { randomBytes, randomInt } from 'node:crypto';
import { type Attack, HTTP_WITH_TOKENS } from '../attack.js';
import { EventStream, type Listening } from '../event-stream.js';
import { askOnce, by, HttpSocket, type Request } from '../http-socket.js';
import { times, within } from '../load.js';
import { Statuses } from '../statuses.js';
import { badToken } from '../tokens.js';

const CHANNEL = 'secret';
const PATIENCE_MS = 3_000;
const SECONDS = { short: 0.7, long: 10 };
const SENDERS = 20;
const MAX_LOOP_P99_MS = 50;

/** One request per way of sending a token, with the rights that a valid one would need. */
const ROUTES: readonly ((token: string) => Request)[] = [
  (token) => post('/v1/channels/main/messages', token, 'x', 'text/plain'),
  (token) => post('/v1/messages', token, '[{"channel":"main","content":"x"}]', 'application/json'),
  (token) => ({ path: '/v1/channels/main/messages', headers: bearer(token) }),
  (token) => ({ path: '/v1/events?channel=main', headers: bearer(token) }),
  (token) => ({ path: `/v1/events?channel=main&access_token=${token}` }),
  (token) => ({ path: '/v1/channels', headers: bearer(token) }),
  (token) => post('/v1/disconnect', token, '{"user":"mallory"}', 'application/json'),
];

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

function post(path: string, token: string, body: string, type: string): Request {
  return { method: 'POST', path, headers: { ...bearer(token), 'Content-Type': type }, body };
}

/** Invalid tokens count as invalid, also where anonymous callers may do the same. */
export const forgedRequests: Attack = {
  finding: '15.7',
  onlyLong: true,
  name: 'requests with forged tokens of all kinds, on every route',
  env: HTTP_WITH_TOKENS,
  hasApiKeys: true,
  hasKeySet: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  async run({ port, long, begin, note }) {
    await begin();
    const seconds = long ? SECONDS.long : SECONDS.short;
    const endMs = performance.now() + seconds * 1_000;
    const statuses = new Statuses();
    await times(SENDERS, async (of) => {
      for (let at = of; performance.now() < endMs; at += SENDERS) {
        const request = (ROUTES[at % ROUTES.length] as (typeof ROUTES)[number])(badToken(at));
        statuses.add(await within(PATIENCE_MS, askOnce(port, request, `127.0.4.${1 + (at % 200)}`)));
      }
    });
    note(`${Math.round(statuses.sum / seconds)} requests/s: ${statuses}`);
    return statuses.besides(0, 401, 429, 503);
  },
};

const SECRETS = 20;
const ROUNDS = 20;

/** What a listener without the right to history receives of earlier messages. */
export const forgedEventIds: Attack = {
  finding: '15.7',
  name: 'event streams with made-up ids and proofs',
  env: HTTP_WITH_TOKENS,
  hasApiKeys: true,
  hasKeySet: true,
  async run({ port, long, begin, note }) {
    const before = await EventStream.open(port, listening(''));
    await say(port, 'secret', SECRETS);
    if (!(await before.until(() => before.contents.length === SECRETS)))
      return [`a listener heard ${before.contents.length} of ${SECRETS} messages`];
    const ids = before.events.map(({ id }) => id);
    await begin();
    const broken = new Set(await resumes(port, ids[0] as string));
    for (let round = 0; round < (long ? ROUNDS : 1); round++)
      for (const fault of await tryAll(port, forgeries(ids), `mark ${round}`)) broken.add(fault);
    note(`${forgeries(ids).length} ids`);
    return [...broken];
  },
};

function listening(id: string, isHeader = true): Listening {
  const since = isHeader || id === '' ? '' : `&since=${encodeURIComponent(id)}`;
  const headers = { ...by('listener'), ...(isHeader && id !== '' && { 'Last-Event-ID': id }) };
  return { query: `channel=${CHANNEL}${since}`, headers };
}

async function say(port: number, content: string, count: number): Promise<void> {
  const socket = await HttpSocket.open(port);
  const headers = { ...by('secret'), 'Content-Type': 'text/plain' };
  const path = `/v1/channels/${CHANNEL}/messages`;
  for (let at = 0; at < count; at++) await socket.ask({ method: 'POST', path, headers, body: content });
  socket.socket.destroy();
}

/** Resumes with an id that the hub has issued; otherwise the other ids would prove nothing. */
async function resumes(port: number, id: string): Promise<string[]> {
  const stream = await EventStream.open(port, listening(id));
  const heard = await stream.until(() => stream.contents.length === SECRETS);
  stream.socket.destroy();
  return heard ? [] : [`a listener that came back heard ${stream.contents.length} of ${SECRETS} messages`];
}

/** Ids with a proof, with the position or the proof changed. */
function forgeries(ids: readonly string[]): string[] {
  const [first = '', second = ''] = ids;
  const [position = '', proof = ''] = first.split('.');
  const other = second.split('.')[1] ?? '';
  const random = () => randomBytes(32).toString('base64url').slice(0, proof.length);
  const at = randomInt(proof.length);
  const flipped = `${proof.slice(0, at)}${proof[at] === 'A' ? 'B' : 'A'}${proof.slice(at + 1)}`;
  const proofs = ['', random(), random(), other, flipped, proof.slice(0, -1), proof.slice(0, 8), `${proof}A`];
  const positions = [
    '0',
    '-1',
    '1-0',
    'null',
    '9'.repeat(100),
    position.replace(/\d+$/, '0'),
    `${position}0`,
  ];
  return [
    position,
    ...proofs.map((each) => `${position}.${each}`),
    ...positions.flatMap((each) => [each, `${each}.${proof}`]),
    `${position}.${proof}.${proof}`,
    `${first}, ${first}`,
    `.${proof}`,
    '\u00ff',
    'x'.repeat(300),
  ];
}

/** Each as a header and in the query, all concurrently: they receive new messages only. */
async function tryAll(port: number, ids: readonly string[], mark: string): Promise<string[]> {
  const streams = await times(ids.length * 2, (at) =>
    EventStream.open(port, listening(ids[at >> 1] as string, at % 2 === 0)),
  );
  await say(port, mark, 1);
  const faults = await times(streams.length, async (at) => {
    const stream = streams[at] as EventStream;
    if (stream.status === 400) return [];
    await stream.until(() => stream.contents.includes(mark));
    const { contents, events } = stream;
    const isGap = events.some(({ event }) => event === 'gap');
    if (contents.length === 1 && contents[0] === mark && isGap) return [];
    return [`${ids[at >> 1]} got ${stream.status}, ${isGap ? '' : 'no '}gap, ${contents.length} messages`];
  });
  for (const { socket } of streams) socket.destroy();
  return faults.flat();
}
