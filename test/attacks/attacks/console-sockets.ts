import type { Socket } from 'node:net';
import { type Attack, CONSOLE_IS_ON } from '../attack.js';
import { dial } from '../attack-socket.js';
import { OPERATOR, signedIn } from '../console-door.js';
import { type Answer, askOnce, HttpSocket, requestBytes } from '../http-socket.js';
import { times, within } from '../load.js';

const ADDRESSES = 8;
const EACH_ADDRESS = 60;
const SECONDS = { short: 1, long: 20 };
const DRIP_MS = 50;
const PATIENCE_MS = 3_000;
const HEAD = 'GET /api/setup HTTP/1.1\r\nHost: hub\r\n';
const BODY =
  'POST /api/session HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n';
const PAGE = requestBytes({ path: '/' });
/** Far more than the kernel buffers of responses that are not read. */
const PIPELINED = Buffer.concat(Array.from({ length: 90 }, () => PAGE));

/** What each does with its socket. */
const WAYS: readonly ((socket: Socket) => void)[] = [
  () => undefined,
  (socket) => socket.write(PAGE),
  (socket) => drip(socket, HEAD, 'X'),
  (socket) => drip(socket, BODY, '{'),
  (socket) => {
    socket.pause();
    socket.write(PIPELINED);
  },
  (socket) => socket.write('\u0016\u0003\u0001 no HTTP at all\r\n\r\n'),
];

export const consoleSockets: Attack = {
  finding: '16.4',
  name: `${ADDRESSES * EACH_ADDRESS} idle, slow, mute and deaf sockets at the console, from ${ADDRESSES} addresses`,
  env: CONSOLE_IS_ON,
  hasApiKeys: true,
  hasConsole: true,
  maxFiles: 400,
  async run({ port, adminPort, long, begin, note }) {
    const headers = await signedIn(adminPort);
    const ask = () => within(PATIENCE_MS, askOnce(adminPort, { path: '/api/setup', headers }, OPERATOR));
    // An open page keeps its socket: sockets with a session are never closed to make room.
    const page = await HttpSocket.open(adminPort, OPERATOR);
    await page.ask({ path: '/api/setup', headers });
    await begin();
    const endMs = performance.now() + SECONDS[long ? 'long' : 'short'] * 1_000;
    const sockets: Socket[] = [];
    let [asked, answered] = [0, 0];
    let kept: Answer | undefined;
    do {
      sockets.push(...(await times(ADDRESSES * EACH_ADDRESS, (at) => come(adminPort, at))));
      asked++;
      if ((await ask())?.status === 200) answered++;
      kept = await within(PATIENCE_MS, page.ask({ path: '/api/setup', headers }));
    } while (performance.now() < endMs && kept?.status === 200);
    const info = await within(PATIENCE_MS, fetch(`http://127.0.0.1:${port}/healthz`));
    for (const socket of [...sockets, page.socket]) socket.destroy();
    note(`${sockets.length} sockets came`);
    return [
      ...(answered < asked ? [`the operator was answered ${answered} of ${asked} times`] : []),
      ...(kept?.status === 200 ? [] : ['the socket of a page that was open was closed']),
      ...(info?.status === 200 ? [] : [`a supervisor was told ${info?.status ?? 'nothing'}`]),
    ];
  },
};

async function come(port: number, at: number): Promise<Socket> {
  const socket = await dial(port, `127.0.8.${1 + (at % ADDRESSES)}`);
  socket.resume();
  if (!socket.destroyed) WAYS[at % WAYS.length]?.(socket);
  return socket;
}

/** Sends a byte at a time, for as long as the server permits. */
function drip(socket: Socket, beginning: string, more: string): void {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(more), DRIP_MS);
  socket.once('close', () => clearInterval(timer));
}
