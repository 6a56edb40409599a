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
    'listens to server-sent events, on the same host and port as the URL for WebSockets, or on an http:// URL',
    'sse',
  ),
  tokenFile: tokenFileOption,
  apiKeyFile: apiKeyFileOption,
  channels: option(
    'WS_LISTEN_CHANNEL',
    '',
    list(isChannelName, `names of channels between commas, each ${CHANNEL_RULE}`),
    'channels to listen to, between commas; empty = that of the URL, or main',
    'channel',
  ),
  json: option(
    'WS_LISTEN_JSON',
    'false',
    toggle(),
    'each message as a JSON object, in place of a line to read',
    'json',
  ),
  count: option(
    'WS_LISTEN_COUNT',
    '0',
    integer(0, 1_000_000_000),
    'messages after which it ends, 0 = never',
    'count',
  ),
  timeoutMs: option(
    'WS_LISTEN_TIMEOUT',
    '0',
    milliseconds(0),
    'ms without a connection after which it ends, 0 = never',
    'timeout',
  ),
};

/** The command that prints what is said on a hub. */
export const listenCommand: Command<typeof options> = {
  name: 'listen',
  summary: 'prints what is said on a hub, one line each',
  options,
  exitCodes: listenExitCodes,
  conflict: (config) => httpConflict(config, '--sse', config.sse),
};

export type ListenConfig = ConfigOf<typeof options>;
