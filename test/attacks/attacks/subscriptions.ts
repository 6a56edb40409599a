import type { Attack, Target } from '../attack.js';
import { AttackSocket, frames } from '../attack-socket.js';
import { pour, within } from '../load.js';

const CHANNELS = Array.from({ length: 99 }, (_, at) => `channel-${at}`);
const BATCH = 1_000;
const CHANGES = frames(
  BATCH,
  (at) => `{"type":"${at % 2 === 0 ? 'subscribe' : 'unsubscribe'}","channels":["toggled"]}`,
);
/** As many as fit into one message of 64 KiB. */
const EQUAL = JSON.stringify({ type: 'subscribe', channels: Array(16_000).fill('a') });
const BAD = JSON.stringify({ type: 'subscribe', channels: Array(21_000).fill('') });
/** After ten bad requests a connection is closed. */
const REQUESTS = 10;
const PATIENCE_MS = 10_000;

export const toggles: Attack = {
  finding: '1.7',
  name: '99 channels and one that comes and goes',
  async run({ port, long, begin }) {
    const { socket } = await AttackSocket.join(port, { channels: CHANNELS });
    const batches = long ? 200 : 20;
    await begin();
    await pour(socket, long ? 15 : 2, (at) => (at < batches ? CHANGES : undefined));
    return [];
  },
};

export const equalNames: Attack = {
  finding: '1.7',
  name: 'lists with 16,000 equal names',
  run: (hub) => ask(hub, EQUAL),
};

export const badNames: Attack = {
  finding: '1.14',
  name: 'lists with 21,000 bad names, reconnecting',
  run: (hub) => ask(hub, BAD),
};

/** Sends a request as often as one connection may be wrong, on one connection after the other. */
async function ask({ port, long, begin }: Target, request: string): Promise<string[]> {
  await begin();
  for (let round = 0; round < (long ? 10 : 1); round++) {
    const { socket } = await AttackSocket.join(port);
    const answer = await within(PATIENCE_MS, socket.ask(request, ''));
    if (answer?.includes('"bad_request"') !== true) return [`the request got ${answer?.slice(0, 40)}…`];
    for (let sent = 1; sent < REQUESTS; sent++) socket.say(request);
    await within(PATIENCE_MS, socket.closed);
    socket.socket.destroy();
  }
  return [];
}
