import { clientFrame, OPCODE } from '../../../libs/testing/src/frames.js';
import type { Attack, Target } from '../attack.js';
import { AttackSocket } from '../attack-socket.js';
import { pour, times } from '../load.js';

const FLOODERS = 20;
const BATCH = 1_000;
const FIRST_FRAGMENT = clientFrame(OPCODE.text, 'x', OPCODE.text);

export const pings: Attack = {
  finding: '–',
  name: `${FLOODERS} clients flood with pings`,
  run: (hub) => flood(hub, Buffer.alloc(0), clientFrame(OPCODE.ping, Buffer.alloc(100))),
};

export const fragments: Attack = {
  finding: '–',
  name: `${FLOODERS} clients flood with fragments`,
  run: (hub) => flood(hub, FIRST_FRAGMENT, clientFrame(OPCODE.continuation, 'x', 0)),
};

async function flood({ port, long, begin }: Target, first: Buffer, frame: Buffer): Promise<string[]> {
  const sockets = await times(FLOODERS, () => AttackSocket.open(port));
  const batch = Buffer.concat(Array(BATCH).fill(frame));
  await begin();
  await Promise.all(
    sockets.map(async (socket) => {
      await socket.write(first);
      await pour(socket, long ? 10 : 2, () => batch);
    }),
  );
  const open = sockets.filter(({ isOpen }) => isOpen).length;
  return open > 0 ? [`${open} were not cut off`] : [];
}
