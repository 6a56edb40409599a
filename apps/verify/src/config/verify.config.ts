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

const VIA_RULE = `${VIA.join(', ')}, one or more, between commas`;
const via = list(isVia, VIA_RULE)
  .refine((ways) => ways.length > 0)
  .transform((ways) => [...new Set(ways.filter(isVia))])
  .describe(VIA_RULE);

const options = {
  urls: option(
    'WS_VERIFY_URL',
    'ws://localhost:8080/ws',
    hubUrls(),
    'URL of the hub; several, between commas, for several ways to one conversation',
    'url',
  ),
  via: option(
    'WS_VERIFY_VIA',
    'ws',
    via,
    'how clients talk and listen: ws, http (talk), sse (listen); several, between commas, for clients of each kind',
    'via',
  ),
  tokenFile: tokenFileOption,
  apiKeyFile: apiKeyFileOption,
  clients: option(
    'WS_VERIFY_CLIENTS',
    '50',
    integer(2, 5_000),
    'clients: all listen, all but the first one talk',
    'clients',
  ),
  messages: option('WS_VERIFY_MESSAGES', '20000', integer(1, 1_000_000), 'messages in all', 'messages'),
  rate: option(
    'WS_VERIFY_RATE',
    '500',
    integer(1, 100_000),
    'messages a second, of all clients together',
    'rate',
  ),
  cutEveryMs: option(
    'WS_VERIFY_CUT_EVERY',
    '50',
    milliseconds(0),
    'ms between two cuts of a connection, 0 = none',
    'cut-every',
  ),
  stallEveryMs: option(
    'WS_VERIFY_STALL_EVERY',
    '1000',
    milliseconds(0),
    'ms between two readers that stall for up to 2 s, 0 = none',
    'stall-every',
  ),
  restartCommand: option(
    'WS_VERIFY_RESTART_COMMAND',
    '',
    text('a command of the shell, or empty'),
    'restarts the hub, or a part of it; run while messages flow, as often as --restarts says',
    'restart-command',
  ),
  restarts: option(
    'WS_VERIFY_RESTARTS',
    '1',
    integer(1, 100),
    'how often the restart command is run',
    'restarts',
  ),
  timeoutMs: option(
    'WS_VERIFY_TIMEOUT',
    '30000',
    milliseconds(1),
    'ms that clients may take to connect, and to get what is missing at the end',
    'timeout',
  ),
  json: option(
    'WS_VERIFY_JSON',
    'false',
    toggle(),
    'the result as JSON on stdout, in place of the table',
    'json',
  ),
};

/** The command that verifies the promise of a hub from outside. */
export const verifyCommand: Command<typeof options> = {
  name: 'verify',
  summary: 'talks through a hub while connections break, and counts what was lost, doubled or out of order',
  options,
  exitCodes,
  conflict: ({ via, urls, apiKeyFile }) => viaConflict(via, urls, apiKeyFile),
};

export type VerifyConfig = ConfigOf<typeof options>;
