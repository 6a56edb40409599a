import { AttackSocket, frame } from './attack-socket.js';
import { pour, times } from './load.js';

const TALKERS = 5;
const LISTENERS = 20;
const MESSAGES = 500;
/** An address of its own, so that the limits per address are not used up for the healthy pair and the attackers. */
const LISTENERS_ADDRESS = '127.0.0.7';
const TALKERS_ADDRESS = '127.0.0.8';

/** The first traffic of any kind makes the young generation of the hub's heap grow. That is not the attack's doing. */
export async function warmUp(port: number, seconds: number): Promise<void> {
  const join = (localAddress: string) =>
    AttackSocket.open(port, { target: '/ws?channel=warm', localAddress });
  const listeners = await times(LISTENERS, () => join(LISTENERS_ADDRESS));
  const talkers = await times(TALKERS, () => join(TALKERS_ADDRESS));
  const batch = Buffer.concat(Array(MESSAGES).fill(frame('x'.repeat(100))));
  await Promise.all(talkers.map((talker) => pour(talker, seconds, () => batch)));
  for (const { socket } of [...listeners, ...talkers]) socket.destroy();
}
