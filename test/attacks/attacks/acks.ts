import type { Attack } from '../attack.js';
import { AttackSocket, frames } from '../attack-socket.js';
import { pour, times } from '../load.js';

const CONNECTIONS = 20;
const BATCHES = 12;
const BATCH = 1_000;

/** Each publish of an identity is acknowledged on each of its connections, none of which subscribes to a channel. */
export const acks: Attack = {
  finding: '1.1',
  name: `one session on ${CONNECTIONS} connections without channels, 12,000 publishes on each`,
  async run({ port, long, begin }) {
    const { session } = (await AttackSocket.join(port, { channels: [] })).welcome;
    const joined = await times(CONNECTIONS, () => AttackSocket.join(port, { channels: [], session }));
    const sockets = joined.map(({ socket }) => socket);
    const batches = sockets.map((_, of) => Array.from({ length: BATCHES }, (__, at) => publishes(of, at)));
    // The hub closes the oldest of them; the close takes its time to arrive.
    await Promise.race(sockets.map(({ closed }) => closed));
    const open = sockets.filter(({ isOpen }) => isOpen).length;
    await begin();
    const seconds = long ? 20 : 2;
    await Promise.all(sockets.map((socket, of) => pour(socket, seconds, (at) => batches[of]?.[at])));
    return open < CONNECTIONS ? [] : [`one identity has ${open} connections`];
  },
};

function publishes(connection: number, batch: number): Buffer {
  return frames(BATCH, (at) =>
    JSON.stringify({ type: 'publish', key: `${connection}-${batch}-${at}`, content: '' }),
  );
}
