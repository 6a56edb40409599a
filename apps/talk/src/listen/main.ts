import { runCommand } from '@ws-hub/config';
import { EXIT } from '../config/exit-codes.js';
import { listenCommand } from '../config/listen.config.js';
import { leavingOnSignals } from '../signals.js';
import { listen } from './listen.js';

const leaving = leavingOnSignals(EXIT.done);

await runCommand(listenCommand, async (config) => {
  // Not left to Node: an unread line would keep the process alive.
  process.exit(await listen(config, leaving));
});
