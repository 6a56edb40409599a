import type { Command } from '@ws-hub/config';
import { clientCommand } from '../../apps/client/src/config/client.config.js';
import { explainCommand } from '../../apps/explain/src/config/explain.config.js';
import { createCommand } from '../../apps/key/src/config/create.config.js';
import { listCommand } from '../../apps/key/src/config/list.config.js';
import { revokeCommand } from '../../apps/key/src/config/revoke.config.js';
import { passwordCommand } from '../../apps/password/src/config/password.config.js';
import { serverCommand } from '../../apps/server/src/config/server.config.js';
import { listenCommand } from '../../apps/talk/src/config/listen.config.js';
import { sendCommand } from '../../apps/talk/src/config/send.config.js';
import { checkCommand } from '../../apps/token/src/config/check.config.js';
import { makeCommand } from '../../apps/token/src/config/make.config.js';
import { verifyCommand } from '../../apps/verify/src/config/verify.config.js';

/** A command as the pages describe it. */
export type DescribedCommand = Omit<Command, 'conflict'>;

/** Every command of the program, in the order of the reference pages. */
export const COMMANDS: readonly DescribedCommand[] = [
  serverCommand,
  clientCommand,
  listenCommand,
  sendCommand,
  verifyCommand,
  explainCommand,
  checkCommand,
  makeCommand,
  createCommand,
  listCommand,
  revokeCommand,
  passwordCommand,
];
