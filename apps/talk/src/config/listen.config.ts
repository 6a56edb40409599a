import {
  apiKeyFileOption,
  type Command,
  type ConfigOf,
  hubUrl,
  integer,
  list,
  milliseconds,
  option,
  toggle,
  tokenFileOption,
} from '@ws-hub/config';
import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';
import { listenExitCodes } from './exit-codes.js';
import { httpConflict } from './http-conflict.js';

const options = {
  url: option('WS_LISTEN_URL', 'ws://localhost:8080/ws', hubUrl(), 'URL of the hub', 'url'),
  sse: option(
    'WS_LISTEN_SSE',
    'false',
    toggle(),
    'listen to server-sent events, on the host and port of the WebSocket URL or on an http:// URL',
    'sse',
  ),
  tokenFile: tokenFileOption,
  apiKeyFile: apiKeyFileOption,
  channels: option(
    'WS_LISTEN_CHANNEL',
    '',
    list(isChannelName, `channel names, comma-separated, each ${CHANNEL_RULE}`),
    'channels to listen to, comma-separated; empty = the channel in the URL, or main',
    'channel',
  ),
  json: option(
    'WS_LISTEN_JSON',
    'false',
    toggle(),
    'print each message as a JSON object instead of a readable line',
    'json',
  ),
  count: option(
    'WS_LISTEN_COUNT',
    '0',
    integer(0, 1_000_000_000),
    'messages after which the command exits, 0 = never',
    'count',
  ),
  timeoutMs: option(
    'WS_LISTEN_TIMEOUT',
    '0',
    milliseconds(0),
    'ms without a connection after which the command exits, 0 = never',
    'timeout',
  ),
};

/** The command that prints the messages of a hub. */
export const listenCommand: Command<typeof options> = {
  name: 'listen',
  summary: 'prints the messages of a hub, one per line',
  options,
  exitCodes: listenExitCodes,
  conflict: (config) => httpConflict(config, '--sse', config.sse),
};

export type ListenConfig = ConfigOf<typeof options>;
