import {
  apiKeyFileOption,
  type Command,
  type ConfigOf,
  hubUrl,
  list,
  milliseconds,
  option,
  toggle,
  tokenFileOption,
} from '@ws-hub/config';
import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';
import { sendExitCodes } from './exit-codes.js';
import { httpConflict } from './http-conflict.js';

/** The name of one channel; undefined if it is empty. */
const channel = list(isChannelName, '')
  .refine((names) => names.length < 2)
  .transform(([name]) => name)
  .describe(`the name of one channel: ${CHANNEL_RULE}`);

const options = {
  url: option('WS_SEND_URL', 'ws://localhost:8080/ws', hubUrl(), 'URL of the hub', 'url'),
  http: option(
    'WS_SEND_HTTP',
    'false',
    toggle(),
    'publish over HTTP, on the host and port of the WebSocket URL or on an http:// URL',
    'http',
  ),
  tokenFile: tokenFileOption,
  apiKeyFile: apiKeyFileOption,
  channel: option(
    'WS_SEND_CHANNEL',
    '',
    channel,
    'channel to publish to; empty = the channel in the URL, or main',
    'channel',
  ),
  json: option(
    'WS_SEND_JSON',
    'false',
    toggle(),
    'read each line as a JSON object with content, channel? and key?, and print acknowledgements as JSON',
    'json',
  ),
  timeoutMs: option(
    'WS_SEND_TIMEOUT',
    '30000',
    milliseconds(0),
    'ms without a connection, or without an acknowledgement that is due, after which the command exits, 0 = never',
    'timeout',
  ),
};

/** The command that publishes its input. */
export const sendCommand: Command<typeof options> = {
  name: 'send',
  summary: 'publishes TEXT, or each line of stdin, and waits for the hub to acknowledge it',
  operands: '[TEXT...]',
  options,
  exitCodes: sendExitCodes,
  conflict: (config) => httpConflict(config, '--http', config.http),
};

export type SendConfig = ConfigOf<typeof options>;
