import { AttackSocket, frame } from './attack-socket.js';
import { pour, times } from './load.js';

const TALKERS = 5;
const LISTENERS = 20;
const MESSAGES = 500;

/** The first traffic of any kind makes the young generation of a hub's heap grow; that is not the attack's doing. */
export async function warmUp(port: number, seconds: number): Promise<void> {
  const target = '/ws?channel=warm';
  const listeners = await times(LISTENERS, () => AttackSocket.open(port, { target }));
  const talkers = await times(TALKERS, () => AttackSocket.open(port, { target }));
  const batch = Buffer.concat(Array(MESSAGES).fill(frame('x'.repeat(100))));
  await Promise.all(talkers.map((talker) => pour(talker, seconds, () => batch)));
  for (const { socket } of [...listeners, ...talkers]) socket.destroy();
}
