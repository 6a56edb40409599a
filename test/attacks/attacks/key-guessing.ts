import { randomBytes } from 'node:crypto';
import { idOf, keyOf } from '../api-keys.js';
import { type Attack, HTTP_WITH_LIMITS } from '../attack.js';
import { HttpSocket, type Request } from '../http-socket.js';
import { times, within } from '../load.js';
import { Statuses } from '../statuses.js';

const SECONDS = { short: 1, long: 10 };
const PATIENCE_MS = 3_000;
const ADDRESSES = 8;
const GUESSERS = 40;
/** MAX_HTTP_RATE_PER_IP. */
const RATE = 50;
const MAX_LOOP_P99_MS = 50;
const GOOD = keyOf('stream');

/** Guesses for keys, first with a known name. */
const GUESSES: readonly (() => string)[] = [
  () => `wsh_${idOf('stream')}_${randomBytes(32).toString('base64url')}`,
  () => `${GOOD.slice(0, -1)}${GOOD.endsWith('A') ? 'B' : 'A'}`,
  () => GOOD.slice(0, -1),
  () => `${GOOD}A`,
  () => `wsh_aaaaaaaa_${randomBytes(32).toString('base64url')}`,
  () => 'wsh_',
  () => `wsh_${'x'.repeat(4_000)}`,
  () => GOOD.toLowerCase(),
];

export const keyGuessing: Attack = {
  finding: '15.8',
  onlyLong: true,
  name: `wrong API keys from ${ADDRESSES} addresses, as fast as they are refused`,
  env: HTTP_WITH_LIMITS,
  hasApiKeys: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  async run({ port, long, begin, note }) {
    await begin();
    const seconds = long ? SECONDS.long : SECONDS.short;
    const startMs = performance.now();
    const statuses = new Statuses();
    await times(GUESSERS, (of) => guess(port, of, startMs + seconds * 1_000, statuses));
    const judged = statuses.of(401);
    note(`${Math.round(statuses.sum / seconds)} guesses/s: ${statuses}`);
    // The burst is a second's worth.
    const most = ADDRESSES * RATE * ((performance.now() - startMs) / 1_000 + 1);
    return [
      ...statuses.besides(0, 401, 429),
      ...(judged === 0 ? ['no key was judged'] : []),
      ...(judged > most ? [`${judged} keys were judged in ${seconds} s`] : []),
    ];
  },
};

async function guess(port: number, of: number, endMs: number, statuses: Statuses): Promise<void> {
  let socket: HttpSocket | undefined;
  for (let at = of; performance.now() < endMs; at += GUESSERS + 1) {
    if (!socket?.isOpen) socket = await HttpSocket.open(port, `127.0.5.${1 + (of % ADDRESSES)}`);
    const answer = await within(PATIENCE_MS, socket.ask(guessing(at)));
    statuses.add(answer);
    if (answer === undefined || answer.head.includes('\r\nconnection: close')) {
      socket.socket.resetAndDestroy();
      socket = undefined;
    }
  }
  socket?.socket.destroy();
}

function guessing(at: number): Request {
  // Also a valid one in a place where proxies would log it.
  if (at % 50 === 0) return { path: `/v1/events?channel=main&access_token=${GOOD}` };
  const key = (GUESSES[at % GUESSES.length] as () => string)();
  const headers: Record<string, string> =
    at % 2 === 0 ? { 'X-API-Key': key } : { Authorization: `Bearer ${key}` };
  if (at % 3 === 0) return { path: '/v1/channels/main/messages', headers };
  const body = 'guessed';
  return { method: 'POST', path: '/v1/channels/main/messages', headers: { ...headers, ...TEXT }, body };
}

const TEXT = { 'Content-Type': 'text/plain' };
