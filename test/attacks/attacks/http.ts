import { type Attack, FOREIGN_ADDRESS, NO_EXEMPTIONS } from '../attack.js';
import { AttackSocket, dial } from '../attack-socket.js';
import { times, within } from '../load.js';

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n';
const PIPELINED = HEALTH.repeat(500);
const IDLE_SOCKETS = 380;
const BODY_BYTES = 1_000_000;
const POST = `POST /ws HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;
const NESTED = '['.repeat(BODY_BYTES / 2) + ']'.repeat(BODY_BYTES / 2);
const NEWCOMERS = 5;
const PATIENCE_MS = 3_000;

/** They use up the descriptors of a process, which are fewer than its maximum connections. */
export const idleSockets: Attack = {
  finding: '1.8',
  name: `${IDLE_SOCKETS} keep-alive sockets that never upgrade`,
  env: { ...NO_EXEMPTIONS, MAX_CONNECTIONS_PER_IP: '100' },
  maxFiles: 400,
  async run({ port, begin }) {
    await begin();
    const sockets = await times(IDLE_SOCKETS, () => dial(port, FOREIGN_ADDRESS));
    for (const socket of sockets) socket.write(HEALTH);
    const newcomers = await times(NEWCOMERS, () => within(PATIENCE_MS, AttackSocket.open(port)));
    const keptOut = newcomers.filter((newcomer) => newcomer?.status !== 101).length;
    return keptOut > 0 ? [`${keptOut} of ${NEWCOMERS} newcomers were kept out`] : [];
  },
};

export const pipelinedRequests: Attack = {
  finding: '1.9',
  name: 'four connections with pipelined requests',
  env: NO_EXEMPTIONS,
  async run({ port, long, begin }) {
    await begin();
    const endMs = performance.now() + (long ? 10_000 : 1_000);
    await times(4, async () => {
      const socket = await dial(port, FOREIGN_ADDRESS);
      socket.resume();
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      while (!socket.destroyed && performance.now() < endMs) {
        const taken = new Promise<void>((resolve) => socket.write(PIPELINED, () => resolve()));
        await within(endMs - performance.now(), Promise.race([taken, closed]));
      }
      socket.destroy();
    });
    const answer = await within(PATIENCE_MS, fetch(`http://127.0.0.1:${port}/healthz`));
    return answer?.status === 200 ? [] : [`a supervisor was told ${answer?.status ?? 'nothing'}`];
  },
};

export const nestedBodies: Attack = {
  finding: '1.9',
  name: 'eight bodies of 1 MB of nested JSON',
  async run({ port, long, begin }) {
    const first = await dial(port);
    await begin();
    const answered = new Promise((resolve) => first.once('data', resolve));
    first.write(POST);
    const answer = await within(PATIENCE_MS, answered);
    first.destroy();
    for (let round = 0; round < (long ? 10 : 1); round++) await times(8, () => post(port));
    return answer === undefined ? ['a body was waited for where none is wanted'] : [];
  },
};

async function post(port: number): Promise<void> {
  const socket = await dial(port);
  const answered = new Promise<void>((resolve) => {
    socket.once('data', () => resolve());
    socket.once('close', () => resolve());
  });
  socket.write(POST);
  socket.write(NESTED);
  await within(PATIENCE_MS, answered);
  socket.destroy();
}
