import type { IncomingMessage } from 'node:http';
import type { Http2Stream } from 'node:http2';
import { CHANNEL_PARAMETER, CHANNEL_RULE, DEFAULT_CHANNEL, isChannelName } from '@ws-hub/protocol';
import type { GatewayOptions } from './gateway-options.js';

/** Why a handshake or a request was rejected, as the metric counts it. */
export type RefusalReason =
  | 'auth_busy'
  | 'auth_failed'
  | 'auth_timeout'
  | 'bodies'
  | 'body'
  | 'body_size'
  | 'channel'
  | 'connects_per_ip'
  | 'connections_per_ip'
  | 'starting'
  | 'draining'
  | 'full'
  | 'headers'
  | 'host'
  | 'http'
  | 'http_rate'
  | 'http_version'
  | 'key'
  | 'method'
  | 'no_upgrade'
  | 'origin'
  | 'path'
  | 'pipelined'
  | 'position'
  | 'sockets_per_ip'
  | 'timeout'
  | 'tokens'
  | 'connections_per_user'
  | 'unauthorized'
  | 'waiting'
  | 'websocket_version';

/** The HTTP response to a rejected upgrade. */
export interface Refusal {
  readonly status: number;
  readonly reason: RefusalReason;
  /** Human-readable; sent to the client. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The client may reconnect with a new token. */
  readonly isExpired?: boolean | undefined;
}

/** What the hub needs to know about an accepted upgrade. */
export interface Admission {
  readonly channel: string;
}

/** A proxy may send the full URL (RFC 9112, section 3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/[^/?]*/i;

type Check = (request: IncomingMessage, target: Target) => Refusal | undefined;

interface Target {
  readonly pathname: string;
  readonly query: URLSearchParams;
}

/**
 * Decides from the request alone whether an upgrade becomes a connection (RFC 6455, section 4.2.1).
 *
 * ws is more lenient: it accepts HTTP/1.0, requests without a Host, and version 8, and reads a body as frames.
 */
export class AdmissionRules {
  private readonly checks: readonly Check[];

  /** @param rules the hub's path, allowed origins (exact; none means all), and the maximum number of headers */
  constructor({
    path,
    allowedOrigins,
    maxHeaders,
  }: Pick<GatewayOptions, 'path' | 'allowedOrigins' | 'maxHeaders'>) {
    const origins = new Set(allowedOrigins);
    this.checks = [
      (request) => checkHeaders(request, maxHeaders),
      (_request, target) => checkPath(target, path),
      checkMethod,
      checkHttp,
      checkBody,
      checkVersion,
      (request) => checkOrigin(request, origins),
    ];
  }

  admit(request: IncomingMessage): Admission | Refusal {
    const target = splitTarget(request.url ?? '');
    for (const check of this.checks) {
      const refusal = check(request, target);
      if (refusal !== undefined) return refusal;
    }
    return admitChannel(target.query.getAll(CHANNEL_PARAMETER));
  }
}

/** Node bounds the bytes of all names and values, but empty headers have hardly any. */
function checkHeaders({ rawHeaders }: IncomingMessage, max: number): Refusal | undefined {
  if (rawHeaders.length <= 2 * max) return undefined;
  return { status: 431, reason: 'headers', message: `a handshake may have at most ${max} headers` };
}

function checkPath({ pathname }: Target, path: string): Refusal | undefined {
  if (pathname === path) return undefined;
  return { status: 404, reason: 'path', message: `no such path; the hub is at ${path}` };
}

function checkMethod({ method }: IncomingMessage): Refusal | undefined {
  if (method === 'GET') return undefined;
  return {
    status: 405,
    reason: 'method',
    message: 'a WebSocket handshake must be a GET',
    headers: { Allow: 'GET' },
  };
}

function checkHttp({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  if (httpVersion !== '1.1')
    return { status: 400, reason: 'http_version', message: 'HTTP must be version 1.1' };
  if (!headers.host) return { status: 400, reason: 'host', message: 'the Host header is missing' };
  return undefined;
}

/** A request of HTTP/1 or HTTP/2; only the latter has a stream. */
type AnyRequest = Pick<IncomingMessage, 'headers'> & {
  readonly stream?: Pick<Http2Stream, 'endAfterHeaders'>;
};

/**
 * Whether a body follows the headers. A length that is not a number counts as one. HTTP/2 does not require a header for
 * it (RFC 9113, section 8.1).
 */
export function hasBody({ headers, stream }: AnyRequest): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  const length = headers['content-length'];
  return length === undefined ? stream?.endAfterHeaders === false : Number(length) !== 0;
}

/** A body after the headers would be read as frames: foreign bytes in a client's connection. */
function checkBody(request: IncomingMessage): Refusal | undefined {
  if (!hasBody(request)) return undefined;
  return { status: 400, reason: 'body', message: 'a WebSocket handshake must not have a body' };
}

function checkVersion({ headers }: IncomingMessage): Refusal | undefined {
  if (headers['sec-websocket-version'] === '13') return undefined;
  return {
    status: 426,
    reason: 'websocket_version',
    message: 'the WebSocket version must be 13',
    headers: { 'Sec-WebSocket-Version': '13', Upgrade: 'websocket' },
  };
}

/** Only browsers send an Origin, and pages cannot forge it. `null` comes from a page that hides its origin. */
function checkOrigin({ headers }: IncomingMessage, allowed: ReadonlySet<string>): Refusal | undefined {
  if (allowed.size === 0 || headers.origin === undefined || allowed.has(headers.origin)) return undefined;
  return { status: 403, reason: 'origin', message: 'pages of this origin may not connect' };
}

function admitChannel(names: readonly string[]): Admission | Refusal {
  if (names.length > 1) return badChannel(`${CHANNEL_PARAMETER} may be given only once`);
  const [channel = DEFAULT_CHANNEL] = names;
  // A copy: a slice of the URL would keep the whole URL in memory for as long as the log has an entry on this channel.
  if (isChannelName(channel)) return { channel: Buffer.from(channel).toString() };
  return badChannel(`${CHANNEL_PARAMETER} must be ${CHANNEL_RULE}`);
}

function badChannel(message: string): Refusal {
  return { status: 400, reason: 'channel', message };
}

/** The path of a request, as `splitTarget` reads it. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  return splitTarget(url).pathname;
}

/** The query of a request. */
export function queryOf({ url = '' }: Pick<IncomingMessage, 'url'>): URLSearchParams {
  return splitTarget(url).query;
}

/** Parsed by hand: `new URL` would resolve `/ws/../x` and accept what the contract rejects. */
function splitTarget(url: string): Target {
  const target = url.replace(ABSOLUTE_FORM, '');
  const mark = target.indexOf('?');
  if (mark === -1) return { pathname: target, query: new URLSearchParams() };
  // URLSearchParams drops a leading question mark. Here it would be part of a parameter's name.
  return { pathname: target.slice(0, mark), query: new URLSearchParams(target.slice(mark)) };
}
