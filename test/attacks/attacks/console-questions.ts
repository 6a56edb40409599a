import { type Attack, CONSOLE_IS_ON } from '../attack.js';
import { AttackSocket, helloOf } from '../attack-socket.js';
import { OPERATOR, signedIn } from '../console-door.js';
import { HttpSocket } from '../http-socket.js';
import { crowd, times, within } from '../load.js';
import { Statuses } from '../statuses.js';

const SECONDS = { short: 1, long: 10 };
const CONNECTIONS = 1_000;
const CHANNELS_EACH = 40;
const ASKING = 30;
const PATIENCE_MS = 8_000;

/** All of them differ, so that no answer can be reused for another. */
const QUESTIONS: readonly ((at: number) => string)[] = [
  (at) => `channels?search=${at}&order=listeners`,
  (at) => `clients?by=address&search=127.0.0.${at}`,
  (at) => `clients?by=id&search=nobody-${at}`,
  (at) => `channels?search=c&page=${at % 10}&order=${['rate', 'listeners', 'name'][at % 3]}`,
  (at) => `explain?message=0000000000000000-${at}`,
  () => 'slow',
  () => 'overview?after=0',
  () => 'events?after=0&level=debug',
];

/** A client that knows the password, or has stolen a session. */
export const consoleQuestions: Attack = {
  finding: '16.5',
  name: `${ASKING} sockets of one session that ask the console what costs most, with ${CONNECTIONS} connections`,
  env: { ...CONSOLE_IS_ON, EXPLAIN_MAX_BYTES: '8388608' },
  hasApiKeys: true,
  hasConsole: true,
  async run({ port, adminPort, long, begin, note }) {
    const crowded = await crowd(CONNECTIONS, (at) => listen(port, at));
    const headers = await signedIn(adminPort);
    await begin();
    const seconds = SECONDS[long ? 'long' : 'short'];
    const endMs = performance.now() + seconds * 1_000;
    const statuses = new Statuses();
    await times(ASKING, async (of) => {
      let socket: HttpSocket | undefined;
      for (let at = of; performance.now() < endMs; at += ASKING) {
        if (!socket?.isOpen) socket = await HttpSocket.open(adminPort, OPERATOR);
        const question = QUESTIONS[at % QUESTIONS.length] as (at: number) => string;
        const answer = await within(PATIENCE_MS, socket.ask({ path: `/api/${question(at)}`, headers }));
        statuses.add(answer);
        if (answer !== undefined && !answer.head.includes('\r\nconnection: close')) continue;
        socket.socket.destroy();
        socket = undefined;
      }
      socket?.socket.destroy();
    });
    for (const socket of crowded) socket.socket.destroy();
    note(`${Math.round(statuses.sum / seconds)} questions/s: ${statuses}`);
    // A missing message is a 404 or a 400, and above the limit of waiting walks there is a 503.
    return [
      ...statuses.besides(200, 400, 404, 429, 503),
      ...(statuses.of(200) === 0 ? ['nothing was answered'] : []),
    ];
  },
};

async function listen(port: number, at: number): Promise<AttackSocket> {
  const socket = await AttackSocket.openV1(port);
  const channels = Array.from({ length: CHANNELS_EACH }, (_, of) => `c.${at % 100}.${of}`);
  await socket.ask(helloOf({ channels }), '"type":"welcome"');
  return socket;
}
