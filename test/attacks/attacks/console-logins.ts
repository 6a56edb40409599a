import { setTimeout as wait } from 'node:timers/promises';
import { type Attack, CONSOLE_IS_ON } from '../attack.js';
import { login, signIn } from '../console-door.js';
import { askOnce, HttpSocket } from '../http-socket.js';
import { times, within } from '../load.js';
import { Statuses } from '../statuses.js';

const SECONDS = { short: 1, long: 10 };
const PATIENCE_MS = 8_000;
/** Verifying a password takes a fifth of a second: a second is enough to use up the limit of an address. */
const ADDRESSES = { short: 1, long: 8 };
const GUESSERS = 40;
/** Attempts per minute of one address, and of all networks that never signed in. */
const MOST = { own: 5, all: 30 };

export const loginFlood: Attack = {
  finding: '16.1',
  onlyLong: true,
  name: 'wrong passwords for the console, as fast as they are refused',
  env: CONSOLE_IS_ON,
  hasApiKeys: true,
  hasConsole: true,
  // One scrypt takes 16 MiB. The rest is the heap's young generation, which the first second fills and forty do not
  // enlarge.
  maxGrowthMb: 140,
  async run({ adminPort, long, begin, note }) {
    // A network that has signed in before is not affected by the limit that all others have used up.
    const first = await signIn(adminPort);
    await begin();
    const form = long ? 'long' : 'short';
    const [seconds, addresses] = [SECONDS[form], ADDRESSES[form]];
    const addressOf = (of: number) => `127.0.6.${1 + (of % addresses)}`;
    const atOnce = Math.min(MOST.own * addresses, MOST.all);
    const startMs = performance.now();
    const statuses = new Statuses();
    await times(GUESSERS, (of) => guess(adminPort, addressOf(of), startMs + seconds * 1_000, statuses));
    const most = atOnce * (1 + (performance.now() - startMs) / 60_000);
    // The requests per second are available again; the attempts per minute are not.
    await wait(1_000);
    const tired = await askOnce(adminPort, login('one more'), addressOf(0));
    const last = await signIn(adminPort);
    note(`${Math.round(statuses.sum / seconds)} guesses/s: ${statuses}`);
    return [
      ...statuses.besides(401, 429, 503),
      ...(statuses.of(401) > most ? [`${statuses.of(401)} passwords were judged in ${seconds} s`] : []),
      ...(statuses.of(401) === 0 ? ['no password was judged'] : []),
      ...(tired?.status === 429 && tired.text.includes('password')
        ? []
        : [`one more is answered ${tired?.status}`]),
      ...[first, last].flatMap((answer) =>
        answer?.status === 200 ? [] : [`the operator: ${answer?.status}`],
      ),
    ];
  },
};

async function guess(port: number, address: string, endMs: number, statuses: Statuses): Promise<void> {
  let socket: HttpSocket | undefined;
  for (let at = 0; performance.now() < endMs; at++) {
    if (!socket?.isOpen) socket = await HttpSocket.open(port, address);
    const answer = await within(PATIENCE_MS, socket.ask(login(`guess ${at}`)));
    statuses.add(answer);
    if (answer !== undefined && !answer.head.includes('\r\nconnection: close')) continue;
    socket.socket.resetAndDestroy();
    socket = undefined;
  }
  socket?.socket.destroy();
}
