import type { Attack } from '../attack.js';
import { AttackSocket, frame, helloOf } from '../attack-socket.js';
import { pour, within } from '../load.js';

const MESSAGE_BYTES = 60_000;
const FLOOD = frame('x'.repeat(MESSAGE_BYTES));
/** More than the log keeps: 64 MiB, or the limit in the short form. */
const MESSAGES = { short: 100, long: 1_200 };
const SAID = 10;
const PATIENCE_MS = 10_000;

/** Messages that a client on another channel missed are still there when it reconnects. */
export const foreignHistory: Attack = {
  finding: '1.10',
  name: 'one plain client that says more than the log keeps',
  shortEnv: { LOG_MAX_BYTES: '4194304' },
  async run({ port, long, begin }) {
    const { socket: away, welcome } = await AttackSocket.join(port, { channels: ['quiet'] });
    away.socket.destroy();
    const { socket: speaker } = await AttackSocket.join(port, { channels: [] });
    for (let said = 0; said < SAID; said++) {
      const publish = { type: 'publish', channel: 'quiet', key: `key-${said}-`, content: '' };
      await speaker.ask(JSON.stringify(publish), `"key-${said}-"`);
    }
    const attacker = await AttackSocket.open(port, { target: '/ws?channel=loud' });
    const messages = long ? MESSAGES.long : MESSAGES.short;
    await begin();
    await pour(attacker, long ? 60 : 5, (at) => (at < messages ? FLOOD : undefined));
    return comeBack(port, welcome.position);
  },
};

async function comeBack(port: number, since: string | undefined): Promise<string[]> {
  const back = await AttackSocket.openV1(port);
  const replayed = within(PATIENCE_MS, closing(back, since));
  const recovered = await replayed;
  if (recovered !== true) return ['a client of another channel was not recovered'];
  // The welcome and the closing position are not part of the replay.
  return back.messages === SAID + 2 ? [] : [`${back.messages - 2} of ${SAID} messages were replayed`];
}

/** Whether missed messages are replayed; resolves at the end of the replay. */
async function closing(back: AttackSocket, since: string | undefined): Promise<boolean> {
  // Awaited from the beginning: it may arrive in one chunk with the welcome.
  const end = back.next('"type":"position"');
  const welcome = await back.ask(helloOf({ since, channels: ['quiet'] }), '"type":"welcome"');
  if (welcome?.includes('"recovered":true') !== true) return false;
  await end;
  return true;
}
