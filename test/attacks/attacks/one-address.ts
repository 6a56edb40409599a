import { type Attack, FOREIGN_ADDRESS, NO_EXEMPTIONS } from '../attack.js';
import { AttackSocket } from '../attack-socket.js';
import { crowd } from '../load.js';

const CONNECTIONS = 1_000;

export const oneAddress: Attack = {
  finding: '1.19',
  name: `${CONNECTIONS} connections of one address, with the limits at their defaults`,
  env: NO_EXEMPTIONS,
  async run({ port, begin }) {
    await begin();
    const sockets = await crowd(CONNECTIONS, () =>
      AttackSocket.open(port, { localAddress: FOREIGN_ADDRESS }),
    );
    const open = sockets.filter(({ status }) => status === 101).length;
    return open < CONNECTIONS ? [] : [`all ${open} were let in`];
  },
};
