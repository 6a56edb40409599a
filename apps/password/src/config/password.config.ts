import { type Command, type ConfigOf, option, text } from '@ws-hub/config';

const options = {
  file: option(
    'ADMIN_PASSWORD_FILE',
    '',
    text('the path of a file, or empty'),
    'file that the hash is written to, replacing its content; the one that the hub reads; empty = stdout',
    'file',
  ),
};

/** The command that makes the file of the console's password. */
export const passwordCommand: Command<typeof options> = {
  name: 'password',
  summary: 'asks for a password, or reads it from stdin, and writes its hash for the console',
  options,
};

export type PasswordConfig = ConfigOf<typeof options>;
