import type { Command } from '@ws-hub/config';
import { looksLikeKey } from '@ws-hub/nestjs/keys';
import { fileConflict, keyFileOption, operandConflict } from './key-file.js';

const options = { file: keyFileOption };
const ALLOWED = 'the name of keys, or the id of one: the 8 characters after wsh_';

/** The command that takes keys out of the file. */
export const revokeCommand: Command<typeof options> = {
  name: 'key revoke',
  summary: 'removes the API keys with a name, or the one with an id, from the file',
  operands: 'NAME|ID',
  options,
  conflict: (config) =>
    operandConflict(config.operands, 'NAME|ID', ALLOWED, (text) => text !== '' && !looksLikeKey(text)) ??
    fileConflict(config),
};
