import { type Command, type ConfigOf, option, text } from '@ws-hub/config';
import { isKeyAllow, isKeyName, KEY_ALLOW_RULE, KEY_NAME_RULE } from '@ws-hub/nestjs/keys';
import { fileConflict, keyFileOption, operandConflict } from './key-file.js';

const options = {
  allow: option(
    'WS_KEY_ALLOW',
    '',
    text(KEY_ALLOW_RULE).refine(isKeyAllow).transform(spaced).describe(KEY_ALLOW_RULE),
    'rights of the key, such as publish:>,history:orders.*; *:> is every action, admin:> covers lists, disconnects and revocations',
    'allow',
  ),
  file: keyFileOption,
};

/** The command that makes a key. */
export const createCommand: Command<typeof options> = {
  name: 'key create',
  summary: 'prints a new API key and appends its hash to the key file',
  operands: 'NAME',
  options,
  conflict: (config) =>
    operandConflict(config.operands, 'NAME', KEY_NAME_RULE, isKeyName) ??
    fileConflict(config) ??
    (config.allow === ''
      ? `WS_KEY_ALLOW (--allow): must be set: a key has no other rights; allowed: ${KEY_ALLOW_RULE}`
      : undefined),
};

export type CreateConfig = ConfigOf<typeof options>;

/** As written to the file and shown in lists. */
function spaced(allow: string): string {
  const items = allow.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '').join(', ');
}
