import type { Attack } from '../attack.js';
import { AttackSocket, frames } from '../attack-socket.js';
import { pour, times, within } from '../load.js';

const PUBLISHERS = 4;
const BATCH = 1_000;
const MINE = JSON.stringify({ type: 'publish', key: 'mine', channel: 'mine', content: '' });
const ANOTHER = JSON.stringify({ type: 'publish', key: 'another', channel: 'mine', content: '' });
const PATIENCE_MS = 5_000;

/** A key is remembered for two minutes, up to a million keys of all clients together. */
export const keyFlood: Attack = {
  finding: '1.5',
  name: `${PUBLISHERS} publishers with a new key for each message, at full speed`,
  shortEnv: { LOG_MAX_KEYS: '20000' },
  async run({ port, long, begin }) {
    const { socket: honest } = await AttackSocket.join(port, { channels: [] });
    await honest.ask(MINE, '"key":"mine"');
    const joined = await times(PUBLISHERS, () => AttackSocket.join(port, { channels: [] }));
    const batches = long ? 300 : 10;
    await begin();
    await Promise.all(
      joined.map(({ socket }) => pour(socket, long ? 60 : 2, (at) => (at < batches ? flood(at) : undefined))),
    );
    const broken: string[] = [];
    const known = await within(PATIENCE_MS, honest.ask(MINE, '"key":"mine"'));
    if (known?.includes('"duplicate":true') !== true)
      broken.push(`a key of somebody else was forgotten: ${known}`);
    const taken = await within(PATIENCE_MS, honest.ask(ANOTHER, '"key":"another"'));
    if (taken?.startsWith('{"type":"ack"') !== true) broken.push(`an honest publisher was told ${taken}`);
    return broken;
  },
};

function flood(batch: number): Buffer {
  return frames(BATCH, (at) => `{"type":"publish","channel":"flood","key":"${batch}-${at}","content":""}`);
}
