import type { Attack, Target } from '../attack.js';
import { AttackSocket, frames, helloOf } from '../attack-socket.js';
import { crowd, within } from '../load.js';

const LISTENERS = { short: 200, long: 1_000 };
/** As many messages as fit into one read of 64 KiB. */
const MESSAGES = 9_000;
const CHUNK = frames(MESSAGES, (at) => (at === MESSAGES - 1 ? 'Z' : 'a'));
const LAST = '"content":"Z"';
const target = '/ws?channel=crowd';

export const tinyMessages: Attack = {
  finding: '1.6',
  name: `${MESSAGES} tiny messages in one chunk to a crowd`,
  run: (hub) => shower(hub, () => AttackSocket.open(hub.port, { target })),
};

/** No two of them share bytes. */
export const distinctSets: Attack = {
  finding: '1.6',
  name: 'the same, where each hears other channels',
  run: (hub) =>
    shower(hub, async (at) => {
      const socket = await AttackSocket.openV1(hub.port, { target });
      await socket.ask(helloOf({ channels: ['crowd', `own-${at}`] }), '"type":"welcome"');
      return socket;
    }),
};

async function shower({ port, long, begin }: Target, join: (at: number) => Promise<AttackSocket>) {
  const listeners = await crowd(long ? LISTENERS.long : LISTENERS.short, join);
  const publisher = await AttackSocket.open(port, { target });
  await begin();
  const heard = Promise.all(listeners.map((listener) => listener.next(LAST)));
  void publisher.write(CHUNK);
  const last = await within(long ? 60_000 : 8_000, heard);
  if (last === undefined) return ['not all listeners heard the last message'];
  const cutOff = last.filter((text) => text === undefined).length;
  return cutOff > 0 ? [`${cutOff} listeners were cut off`] : [];
}
