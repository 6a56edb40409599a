import {
  apiKeyFileOption,
  type Command,
  type ConfigOf,
  hubUrls,
  integer,
  list,
  milliseconds,
  option,
  text,
  toggle,
  tokenFileOption,
} from '@ws-hub/config';
import { exitCodes } from './exit-codes.js';
import { isVia, VIA, viaConflict } from './via.js';

const VIA_RULE = `${VIA.join(', ')}, one or more, comma-separated`;
const via = list(isVia, VIA_RULE)
  .refine((ways) => ways.length > 0)
  .transform((ways) => [...new Set(ways.filter(isVia))])
  .describe(VIA_RULE);

const options = {
  urls: option(
    'WS_VERIFY_URL',
    'ws://localhost:8080/ws',
    hubUrls(),
    'URL of the hub; several, comma-separated, for several addresses of the same hub or cluster',
    'url',
  ),
  via: option(
    'WS_VERIFY_VIA',
    'ws',
    via,
    'how clients publish and listen: ws, http (publish), sse (listen); several, comma-separated, for clients of each kind',
    'via',
  ),
  tokenFile: tokenFileOption,
  apiKeyFile: apiKeyFileOption,
  clients: option(
    'WS_VERIFY_CLIENTS',
    '50',
    integer(2, 5_000),
    'number of clients: all listen, all but the first publish',
    'clients',
  ),
  messages: option(
    'WS_VERIFY_MESSAGES',
    '20000',
    integer(1, 1_000_000),
    'total number of messages',
    'messages',
  ),
  rate: option(
    'WS_VERIFY_RATE',
    '500',
    integer(1, 100_000),
    'messages per second, all clients together',
    'rate',
  ),
  cutEveryMs: option(
    'WS_VERIFY_CUT_EVERY',
    '50',
    milliseconds(0),
    'ms between cuts of a connection, 0 = none',
    'cut-every',
  ),
  stallEveryMs: option(
    'WS_VERIFY_STALL_EVERY',
    '1000',
    milliseconds(0),
    'ms between stalls of a reader, each up to 2 s, 0 = none',
    'stall-every',
  ),
  restartCommand: option(
    'WS_VERIFY_RESTART_COMMAND',
    '',
    text('a command of the shell, or empty'),
    'shell command that restarts the hub, or a part of it; runs --restarts times while messages flow',
    'restart-command',
  ),
  restarts: option(
    'WS_VERIFY_RESTARTS',
    '1',
    integer(1, 100),
    'number of times the restart command runs',
    'restarts',
  ),
  timeoutMs: option(
    'WS_VERIFY_TIMEOUT',
    '30000',
    milliseconds(1),
    'ms within which clients must connect, and receive outstanding messages at the end',
    'timeout',
  ),
  json: option('WS_VERIFY_JSON', 'false', toggle(), 'print the result as JSON instead of a table', 'json'),
};

/** The command that verifies the promise of a hub from outside. */
export const verifyCommand: Command<typeof options> = {
  name: 'verify',
  summary:
    'publishes through a hub while connections break, and counts what was lost, duplicated or out of order',
  options,
  exitCodes,
  conflict: ({ via, urls, apiKeyFile }) => viaConflict(via, urls, apiKeyFile),
};

export type VerifyConfig = ConfigOf<typeof options>;
