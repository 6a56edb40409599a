import type { IncomingMessage } from 'node:http';
import { hasBody, pathOf } from '@ws-hub/nestjs/gateway';
import { isLoopback } from '../config/loopback.js';

/** `name:port`, or `[address]:port`. */
const HOST = /^(?:\[([\d.:a-f]+)\]|([\w.-]+))(?::\d{1,5})?$/i;
const JSON_TYPE = /^application\/json\s*(;|$)/i;
/** `Sec-Fetch-Site` of requests by the page itself, and of those that a person starts (Fetch Metadata). */
const OWN_SITES: ReadonlySet<unknown> = new Set(['same-origin', 'none']);

/** Why a request of the admin port is not looked at any further. */
export interface RequestFault {
  readonly status: number;
  readonly message: string;
}

const NO_HOST = { status: 400, message: 'the Host header is missing, or is not a name and port' };
const FOREIGN_HOST = {
  status: 403,
  message:
    'without ADMIN_PASSWORD_FILE the console answers only at localhost, 127.0.0.1 and [::1]: use one of these names',
};
const FOREIGN_PAGE = { status: 403, message: 'pages of another origin may not send requests here' };
const NO_JSON = { status: 415, message: 'a request that changes something must be application/json' };
const BODY = { status: 400, message: 'such a request must not have a body' };

/**
 * Whether a request may come from a page of the console, or from a program: other pages cannot send it (CSRF), and foreign
 * names that point at this machine are refused (DNS rebinding). The same applies to upgrades and to requests below `/v1`.
 *
 * @param takesAnyHost whether a password protects what is here
 */
export function faultOf(request: IncomingMessage, takesAnyHost: boolean): RequestFault | undefined {
  const { host = '', origin } = request.headers;
  const [, address, name = address] = HOST.exec(host) ?? [];
  if (name === undefined) return NO_HOST;
  if (!takesAnyHost && !isLoopback(name)) return FOREIGN_HOST;
  if (origin !== undefined && !isOriginOf(host, origin)) return FOREIGN_PAGE;
  if (!isOwnSite(request)) return FOREIGN_PAGE;
  return undefined;
}

/** Forms and images of other pages send no JSON, and whatever else they send is refused before anybody reads it. */
export function bodyFaultOf(request: IncomingMessage): RequestFault | undefined {
  if (request.method === 'POST')
    return JSON_TYPE.test(request.headers['content-type'] ?? '') ? undefined : NO_JSON;
  return hasBody(request) ? BODY : undefined;
}

/** Ports that the scheme implies are left out in either. */
function isOriginOf(host: string, origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const url = `${protocol}//${host}`;
  return URL.canParse(url) && new URL(url).host === own;
}

/** Links from other pages may open the console: what it shows comes from its own requests, which a link cannot send. */
function isOwnSite(request: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = request.headers;
  if (site === undefined || OWN_SITES.has(site)) return true;
  return request.method === 'GET' && mode === 'navigate' && dest === 'document' && pathOf(request) === '/';
}
