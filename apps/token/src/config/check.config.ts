import { accessConflict, tokenOptions } from '@ws-hub/access-config';
import { type Command, type ConfigOf, option, text } from '@ws-hub/config';
import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';
import { checkExitCodes } from './exit-codes.js';

const CHANNEL = `the name of a channel (${CHANNEL_RULE}), or empty`;

const options = {
  channel: option(
    'WS_TOKEN_CHANNEL',
    '',
    text(CHANNEL)
      .refine((name) => name === '' || isChannelName(name))
      .describe(CHANNEL),
    'channel to show the rights of the token for',
    'channel',
  ),
  ...tokenOptions,
};

/** The command that explains a token with the hub's configuration. */
export const checkCommand: Command<typeof options> = {
  name: 'token check',
  summary: 'shows whether a hub with these keys accepts the token in FILE, or on stdin, and what it allows',
  operands: 'FILE|-',
  options,
  exitCodes: checkExitCodes,
  conflict: (config) =>
    operandConflict(config.operands) ??
    keyConflict(config) ??
    accessConflict({ ...config, auth: 'required', anonymousAllow: [], authCookie: '', allowedOrigins: [] }),
};

export type CheckConfig = ConfigOf<typeof options>;

/** Reported without its value, which may be the token itself. */
function operandConflict(operands: readonly string[]): string | undefined {
  return operands.length === 1
    ? undefined
    : 'one file is required; allowed: the path of a file that holds the token, or -';
}

function keyConflict({
  jwtSecret,
  jwtPublicKey,
  jwtJwksUrl,
  authWebhookUrl,
}: CheckConfig): string | undefined {
  if (jwtSecret + jwtPublicKey + jwtJwksUrl + authWebhookUrl !== '') return undefined;
  return 'no key to verify tokens with is set; allowed: one of JWT_SECRET_FILE, JWT_PUBLIC_KEY_FILE, JWT_JWKS_URL and AUTH_WEBHOOK_URL';
}
