import { setTimeout as wait } from 'node:timers/promises';
import { type Attack, HTTP_IS_ON, HTTP_WITH_LIMITS } from '../attack.js';
import { askOnce, by, HttpSocket, type Request, requestBytes } from '../http-socket.js';
import { crowd, times, within } from '../load.js';
import { faultsOf, Statuses } from '../statuses.js';

const MAX_BODY = 1_048_576;
const PATIENCE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Node looks for requests that take too long once a second. */
const LOOKING_MS = 2_000;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const TEXT = { 'Content-Type': 'text/plain' };
const WRONG = { 'X-API-Key': 'wsh_slow0000_not-the-key' };
const messages = (channel: string) => `/v1/channels/${channel}/messages`;

const SLOW = { short: 150, long: 900 };
const SLOW_ADDRESSES = 10;
const BYTE_MS = 20;
/** With a valid key, with a wrong one, with none. */
const CREDENTIALS = [by('slow'), WRONG, {}];

/** Together they announce more than the limit of all bodies. */
export const slowBodies: Attack = {
  finding: '15.1',
  name: 'bodies that come a byte at a time',
  env: HTTP_WITH_LIMITS,
  hasApiKeys: true,
  async run({ port, long, begin }) {
    const sockets = await crowd(long ? SLOW.long : SLOW.short, (at) =>
      HttpSocket.open(port, `127.0.2.${1 + (at % SLOW_ADDRESSES)}`),
    );
    await begin();
    const answers = sockets.map((socket, at) => socket.ask(slow(at)));
    const drip = async (ms: number) => {
      for (const endMs = performance.now() + ms; performance.now() < endMs; await wait(BYTE_MS))
        for (const socket of sockets) socket.write('x');
    };
    const [newcomer] = await Promise.all([publish(port), drip(long ? REQUEST_TIMEOUT_MS + LOOKING_MS : 700)]);
    const broken = newcomer === 200 ? [] : [`a bystander's publish was answered with ${newcomer}`];
    const wrong = await within(PATIENCE_MS, Promise.all(answers.filter((_, at) => at % 3 === 1)));
    const waited = wrong?.filter((answer) => answer?.status === 200).length;
    if (waited !== 0) broken.push('the body of somebody with a wrong key was read');
    const open = sockets.filter(({ isOpen }) => isOpen).length;
    if (long && open > 0) broken.push(`${open} were not cut off`);
    return broken;
  },
};

function slow(at: number): Request {
  const headers = { ...TEXT, 'Content-Length': String(MAX_BODY), ...CREDENTIALS[at % CREDENTIALS.length] };
  return { method: 'POST', path: messages('slow'), headers };
}

async function publish(port: number): Promise<number | undefined> {
  const request = {
    method: 'POST',
    path: messages('slow'),
    headers: { ...TEXT, ...by('fair') },
    body: 'quick',
  };
  return (await within(PATIENCE_MS, askOnce(port, request)))?.status;
}

const BODIES = 100;
const BODY_ADDRESSES = 25;
const ROUNDS = 8;

export const hugeBodies: Attack = {
  finding: '15.2',
  onlyLong: true,
  name: `bodies that are too big, that never end, and ${BODIES} of the greatest size at once`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    await begin();
    const broken = [
      ...(await tooBig(port, by('huge'))),
      ...(await tooBig(port, {})),
      ...(await endless(port)),
    ];
    const statuses = new Statuses();
    for (let round = 0; round < (long ? ROUNDS : 1); round++) await atOnce(port, statuses);
    note(String(statuses));
    return [...broken, ...statuses.besides(0, 200, 413, 429, 503)];
  },
};

/** A body that is announced as too large is rejected before any of it is read. */
async function tooBig(port: number, credentials: Record<string, string>): Promise<string[]> {
  const headers = { ...JSON_TYPE, ...credentials, 'Content-Length': String(MAX_BODY + 1) };
  const request = { method: 'POST', path: '/v1/messages', headers };
  return faultsOf(
    'a Content-Length beyond the limit',
    await within(PATIENCE_MS, askOnce(port, request)),
    413,
  );
}

async function endless(port: number): Promise<string[]> {
  const socket = await HttpSocket.open(port);
  const headers = { ...TEXT, ...by('huge'), 'Transfer-Encoding': 'chunked' };
  const answer = socket.ask({ method: 'POST', path: messages('huge'), headers });
  const chunk = Buffer.from(`10000\r\n${'x'.repeat(65_536)}\r\n`);
  const endMs = performance.now() + PATIENCE_MS;
  while (socket.isOpen && performance.now() < endMs)
    await within(endMs - performance.now(), Promise.race([sent(socket, chunk), socket.closed]));
  // A client that is disconnected while it sends may not have read its response.
  const status = (await within(0, answer))?.status ?? 413;
  if (socket.isOpen) return ['a body without an end was not cut off'];
  return status === 413 ? [] : [`a body without an end was answered with ${status}`];
}

function sent({ socket }: HttpSocket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

/**
 * Sends all of them except for their last bytes, then these as well. From many addresses: one address has a limited
 * share.
 */
async function atOnce(port: number, statuses: Statuses): Promise<void> {
  const sockets = await times(BODIES, (at) => HttpSocket.open(port, `127.0.8.${1 + (at % BODY_ADDRESSES)}`));
  const answers = sockets.map((socket) => socket.next());
  const whole = [wholeBody(by('huge')), wholeBody({})];
  const most = sockets.map((socket, at) => {
    const bytes = whole[at % whole.length] as Buffer;
    return Promise.race([sent(socket, bytes.subarray(0, -1)), socket.closed]);
  });
  await within(PATIENCE_MS, Promise.all(most));
  for (const socket of sockets) socket.write(']');
  for (const answer of answers) statuses.add(await within(PATIENCE_MS, answer));
  for (const { socket } of sockets) socket.destroy();
}

/** The messages are hardly kept: the memory of the log is not measured here. */
function wholeBody(credentials: Record<string, string>): Buffer {
  const body = `${'[{"channel":"huge","content":"x"}'.padEnd(MAX_BODY - 1)}]`;
  return requestBytes({
    method: 'POST',
    path: '/v1/messages',
    headers: { ...JSON_TYPE, ...credentials },
    body,
  });
}

const LEVELS = 500_000;
const ARRAYS = '['.repeat(LEVELS) + ']'.repeat(LEVELS);
const OBJECTS = `${'{"a":'.repeat(LEVELS / 3)}1${'}'.repeat(LEVELS / 3)}`;
/** Members that are not looked at cause no error. */
const UNKNOWN_MEMBER = `{"content":"x","deep":${ARRAYS}}`;
/** As many members and items as fit, each of which costs more than its bytes. */
const MEMBERS = `{"content":"x",${Array.from({ length: 80_000 }, (_, at) => `"m${at}":1`).join(',')}}`;
const ITEMS = `[${Array(LEVELS).fill('1').join(',')}]`;
const DEEP: readonly (readonly [path: string, body: string, ...statuses: number[]])[] = [
  [messages('deep'), ARRAYS, 400],
  [messages('deep'), OBJECTS, 400],
  [messages('deep'), `{"content":${ARRAYS}}`, 400],
  [messages('deep'), UNKNOWN_MEMBER, 200, 400],
  ['/v1/messages', ARRAYS, 400],
  ['/v1/messages', `[${OBJECTS}]`, 200, 400],
  ['/v1/messages', `[{"channel":${ARRAYS},"content":1}]`, 200, 400],
  ['/v1/messages', ARRAYS.slice(0, LEVELS), 400],
  [messages('deep'), MEMBERS, 200, 400, 413],
  [messages('deep'), `{"content":"x","items":${ITEMS}}`, 200, 400, 413],
  ['/v1/messages', `[${MEMBERS}]`, 200, 400, 413],
  ['/v1/messages', ITEMS, 400, 413],
];

export const deepBodies: Attack = {
  finding: '15.4',
  name: `${DEEP.length} bodies of 1 MB of JSON that is deep or wide, with a key, a wrong one, and none`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin }) {
    await begin();
    const broken = new Set<string>();
    for (let round = 0; round < (long ? ROUNDS : 1); round++) {
      const faults = await Promise.all([deep(port, by('deep')), deep(port, {}), deep(port, WRONG, 401)]);
      for (const fault of faults.flat()) broken.add(fault);
    }
    return [...broken];
  },
};

/** @param refusal the status of all of them, if they have no valid credentials */
async function deep(port: number, credentials: Record<string, string>, refusal?: number): Promise<string[]> {
  const faults = await times(DEEP.length, async (at) => {
    const [path, body, ...statuses] = DEEP[at] as (typeof DEEP)[number];
    const request = { method: 'POST', path, headers: { ...JSON_TYPE, ...credentials }, body };
    const answer = await within(PATIENCE_MS, askOnce(port, request));
    if (answer?.status === 200 && refusal === undefined && statuses.includes(200)) return [];
    // Some are disconnected while they send a body that is not read.
    if (answer === undefined && refusal !== undefined) return [];
    // A message of that size is rejected by its length, before it is parsed.
    const allowed = refusal === undefined ? [...statuses, 413, 429, 503] : [refusal];
    return faultsOf(`JSON ${at}`, answer, ...allowed);
  });
  return faults.flat();
}
