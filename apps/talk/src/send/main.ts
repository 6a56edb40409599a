import { runCommand } from '@ws-hub/config';
import { EXIT } from '../config/exit-codes.js';
import { sendCommand } from '../config/send.config.js';
import { leavingOnSignals } from '../signals.js';
import { send } from './send.js';

const leaving = leavingOnSignals(EXIT.unacknowledged);

await runCommand(sendCommand, async (config) => {
  // Not left to Node: an unread line would keep the process alive.
  process.exit(await send(config, process.stdin, leaving));
});
