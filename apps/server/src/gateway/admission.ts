import type { IncomingMessage } from 'node:http';
import { CHANNEL_PARAMETER, CHANNEL_RULE, DEFAULT_CHANNEL, HUB_PATH, isChannelName } from '@ws-hub/protocol';

/** The HTTP answer to an upgrade that is not granted. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the hub needs to know of an upgrade that is granted. */
export interface Admission {
  readonly channel: string;
}

/** Decides whether an upgrade request becomes a connection; pure, so that it answers before any bytes are sent. */
export function admit(request: IncomingMessage): Admission | Refusal {
  const { pathname, query } = splitTarget(request.url ?? '');
  if (pathname !== HUB_PATH) return { status: 404, reason: `no such path; the hub is at ${HUB_PATH}` };
  if (request.method !== 'GET') {
    return { status: 405, reason: 'a WebSocket handshake is a GET', headers: { Allow: 'GET' } };
  }
  if (request.headers['sec-websocket-version'] !== '13') {
    return {
      status: 426,
      reason: 'the WebSocket version must be 13',
      headers: { 'Sec-WebSocket-Version': '13', Upgrade: 'websocket' },
    };
  }
  return admitChannel(query.getAll(CHANNEL_PARAMETER));
}

function admitChannel(names: readonly string[]): Admission | Refusal {
  if (names.length > 1) return { status: 400, reason: `${CHANNEL_PARAMETER} may be given once only` };
  const [channel = DEFAULT_CHANNEL] = names;
  if (isChannelName(channel)) return { channel };
  return { status: 400, reason: `${CHANNEL_PARAMETER} must be ${CHANNEL_RULE}` };
}

/** Taken apart by hand: `new URL` would resolve `/ws/../x` and accept what the contract refuses. */
function splitTarget(target: string): { pathname: string; query: URLSearchParams } {
  const mark = target.indexOf('?');
  if (mark === -1) return { pathname: target, query: new URLSearchParams() };
  return { pathname: target.slice(0, mark), query: new URLSearchParams(target.slice(mark + 1)) };
}
