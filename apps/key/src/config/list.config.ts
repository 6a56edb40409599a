import { type Command, type ConfigOf, option, toggle } from '@ws-hub/config';
import { fileConflict, keyFileOption } from './key-file.js';

const options = {
  json: option('WS_KEY_JSON', 'false', toggle(), 'print each key as a line of JSON', 'json'),
  file: keyFileOption,
};

/** The command that shows which keys there are. */
export const listCommand: Command<typeof options> = {
  name: 'key list',
  summary: 'lists the API keys in the file: id, name, rights and creation time',
  options,
  conflict: fileConflict,
};

export type ListConfig = ConfigOf<typeof options>;
