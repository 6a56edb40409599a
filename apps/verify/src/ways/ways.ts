import { hubHttpUrl } from '@ws-hub/config';
import type { TokenFunction } from '@ws-hub/hub-client';
import { choicesOf, type Via } from '../config/via.js';
import { EventStreamListener } from './event-stream-listener.js';
import { HttpTalker } from './http-talker.js';
import type { Listener, Talker } from './way.js';
import { WebSocketWay } from './web-socket.js';

/** The ways of one client; one object where it talks and listens over one connection. */
export interface Ways {
  readonly talker: Talker;
  readonly listener: Listener;
}

export interface Credentials {
  readonly token: TokenFunction | undefined;
  /** For HTTP, in place of the token. */
  readonly apiKey: TokenFunction | undefined;
}

/** The ways of the client of this number: one after the other takes each pair of them. @param url with the channel in its query */
export function waysOf(
  via: readonly Via[],
  index: number,
  url: string,
  { token, apiKey }: Credentials,
): Ways {
  const { talks, listens } = choicesOf(via);
  const talk = talks[index % talks.length];
  const listen = listens[Math.floor(index / talks.length) % listens.length];
  const { base, channel = '', token: own } = hubHttpUrl(url);
  const http = { url: base, ...(apiKey ? { apiKey } : { token: token ?? own }) };
  const ws = { url, ...(token && { token }) };
  if (talk === 'ws' && listen === 'ws') {
    const both = new WebSocketWay(ws);
    return { talker: both, listener: both };
  }
  return {
    talker: talk === 'ws' ? new WebSocketWay({ ...ws, channels: [] }) : new HttpTalker(http, channel),
    listener: listen === 'ws' ? new WebSocketWay(ws) : new EventStreamListener(http, channel),
  };
}
