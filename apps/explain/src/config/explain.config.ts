import { type Command, type ConfigOf, hasCredentials, httpUrl, option, text, toggle } from '@ws-hub/config';
import { explainExitCodes } from './exit-codes.js';

const URL_RULE = 'a URL that starts with http:// or https:// and has no #fragment';

const options = {
  url: option(
    'WS_EXPLAIN_URL',
    'http://127.0.0.1:9465',
    httpUrl()
      .refine((url) => url !== '')
      .describe(URL_RULE),
    "URL of a hub's console, at its ADMIN_PORT",
    'url',
  ),
  passwordFile: option(
    'WS_EXPLAIN_PASSWORD_FILE',
    '',
    text('the path of a file that holds the password of the console, or empty'),
    "file with the console's password in plain text, on one line; empty = none",
    'password-file',
  ),
  json: option('WS_EXPLAIN_JSON', 'false', toggle(), 'print the answer as a line of JSON', 'json'),
};

/** The command that asks a hub what became of a message. */
export const explainCommand: Command<typeof options> = {
  name: 'explain',
  summary: 'shows what became of a message for each client, or for CLIENT, on all hubs',
  operands: 'MESSAGE [CLIENT]',
  options,
  exitCodes: explainExitCodes,
  conflict: ({ operands, url }) => operandConflict(operands) ?? urlConflict(url),
};

export type ExplainConfig = ConfigOf<typeof options>;

function operandConflict(operands: readonly string[]): string | undefined {
  const isAllowed = (operands.length === 1 || operands.length === 2) && !operands.includes('');
  return isAllowed
    ? undefined
    : 'one MESSAGE is required; allowed: the id of a message, optionally followed by the id of one client';
}

/** Reported without the URL. */
function urlConflict(url: string): string | undefined {
  return hasCredentials(url)
    ? 'WS_EXPLAIN_URL (--url): a user, a password or a token in it are not allowed; allowed: WS_EXPLAIN_PASSWORD_FILE (--password-file)'
    : undefined;
}
