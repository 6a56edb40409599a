import { HUB_PATH } from '@ws-hub/protocol';

/** Answers to a handshake on a path that takes no WebSockets: Not Found, Upgrade Required. */
const WRONG_PATH: readonly unknown[] = [404, 426];
const REFUSED = 'ECONNREFUSED';

/** How a connection ended, or an attempt at one; the `Ending` of the client library has all of it. */
interface Attempt {
  readonly httpStatus?: number | undefined;
  readonly error?: (Error & { readonly code?: unknown }) | undefined;
}

/** Says once which URL to try where a WebSocket URL lacks the hub's path. */
export class PathHint {
  private wasGiven = false;

  constructor(private readonly url: string) {}

  /** @returns undefined if the path is not the trouble, or the hint was given before */
  after(attempt: Attempt): string | undefined {
    if (this.wasGiven || !mayBeWrongPath(this.url, attempt)) return undefined;
    this.wasGiven = true;
    return `the hub listens at ${HUB_PATH}: try ${withHubPath(this.url)}`;
  }
}

/** Without an answer, only a URL without any path is worth the hint. */
function mayBeWrongPath(url: string, { httpStatus, error }: Attempt): boolean {
  const { pathname } = new URL(url);
  if (WRONG_PATH.includes(httpStatus)) return !pathname.endsWith(HUB_PATH);
  return error?.code === REFUSED && pathname === '/';
}

/** As it may be shown: without credentials, so without a query too. */
function withHubPath(url: string): string {
  const changed = new URL(HUB_PATH, url);
  changed.username = changed.password = '';
  return changed.href;
}
