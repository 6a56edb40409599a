import { ACCESS_TOKEN_PARAMETER, CHANNEL_PARAMETER, HUB_PATH } from '@ws-hub/protocol';

const HTTP_OF: Readonly<Record<string, string>> = { 'ws:': 'http:', 'wss:': 'https:' };

/** The HTTP base URL of a hub, and the parameters in its URL. */
export interface HubHttpUrl {
  /** Without a query; the routes of the hub are below /v1 of it. */
  readonly base: string;
  /** That of the URL. */
  readonly channel: string | undefined;
  /** That of the URL, which came from the environment or a file. */
  readonly token: string | undefined;
}

/** Whether a URL is one for HTTP. */
export function isHttpUrl(url: string): boolean {
  return /^https?:/i.test(url);
}

/** Where the hub with this WebSocket or HTTP URL serves HTTP: beside its WebSocket path. */
export function hubHttpUrl(url: string): HubHttpUrl {
  const parsed = new URL(url);
  const protocol = HTTP_OF[parsed.protocol];
  const path = protocol === undefined ? parsed.pathname : parsed.pathname.replace(ENDPOINT, '');
  const base = new URL(path, `${protocol ?? parsed.protocol}//${parsed.host}`);
  const [channel, token] = [CHANNEL_PARAMETER, ACCESS_TOKEN_PARAMETER].map(
    (name) => parsed.searchParams.get(name) ?? undefined,
  );
  return { base: base.href, channel, token };
}

const ENDPOINT = new RegExp(`${HUB_PATH}/?$`);
