import type { Attack } from '../attack.js';
import { AttackSocket, frames } from '../attack-socket.js';
import { pour, times, writeAll } from '../load.js';

const ANSWERED = 8;
const ACKNOWLEDGED = 4;
/** Far more than the kernel's buffers hold. */
const ANSWER_BATCHES = { short: 40, long: 160 };
const ACK_BATCHES = { short: 10, long: 80 };
/** MAX_QUEUED_BYTES, and a quarter of it for what is written before the next check. */
const MAX_EACH = 1.25 * 1_048_576;
const NAMES = Array.from({ length: 50 }, (_, at) => `${at}-`.padEnd(64, 'x'));
const CHANGES = frames(100, (at) =>
  JSON.stringify({ type: at % 2 === 0 ? 'subscribe' : 'unsubscribe', channels: NAMES }),
);
const BATCH = 1_000;

/** Some request answers, one publishes and its other connections get acks; none of them reads. */
export const neverReads: Attack = {
  finding: '1.12',
  name: 'clients that ask for answers and acks, and never read',
  maxQueuedBytes: (ANSWERED + ACKNOWLEDGED) * MAX_EACH,
  async run({ port, long, begin }) {
    const askers = await times(ANSWERED, () => AttackSocket.join(port, { channels: [] }));
    const { socket: speaker, welcome } = await AttackSocket.join(port, { channels: [] });
    const { session } = welcome;
    const silent = await times(ACKNOWLEDGED, () => AttackSocket.join(port, { channels: [], session }));
    for (const { socket } of [...askers, ...silent]) socket.socket.pause();
    const form = long ? 'long' : 'short';
    const seconds = long ? 20 : 4;
    await begin();
    await Promise.all([
      ...askers.map(({ socket }) =>
        writeAll(socket, seconds, (at) => (at < ANSWER_BATCHES[form] ? CHANGES : undefined)),
      ),
      pour(speaker, seconds, (at) => (at < ACK_BATCHES[form] ? publishes(at) : undefined)),
    ]);
    return [];
  },
};

function publishes(batch: number): Buffer {
  const key = 'k'.repeat(40);
  return frames(BATCH, (at) => `{"type":"publish","key":"${key}-${batch}-${at}","content":""}`);
}
