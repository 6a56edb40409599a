import { HubHttpClient, type ListenEvent } from '@ws-hub/hub-client/http';
import { BACKOFF, type PaneClient, type PaneListener, type PaneTarget } from './pane-client.js';
import { recordedFetch } from './recorded-fetch.js';

/** A client over HTTP: it listens to an event stream, and publishes with POST. */
export function connectSse(target: PaneTarget, listener: PaneListener): PaneClient {
  const ending = new AbortController();
  const { signal } = ending;
  const hub = new HubHttpClient({
    url: new URL('.', target.base).href,
    signal,
    fetch: recordedFetch(target.frames, target.line, (url, init) => fetch(url, init)),
    ...(target.token !== undefined && { token: target.token }),
  });
  void listen(hub, target.channel, listener, signal);
  return {
    say: async (content) => {
      await hub.publish(target.channel, content);
      return 'stored';
    },
    close: () => ending.abort(),
  };
}

async function listen(
  hub: HubHttpClient,
  channel: string,
  listener: PaneListener,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const event of hub.listen({ channels: [channel], signal, ...BACKOFF })) tell(event, listener);
  } catch (error) {
    if (!signal.aborted) listener.stopped((error as Error).message);
  }
}

function tell(event: ListenEvent, listener: PaneListener): void {
  if (event.type === 'connected') listener.connected(event.clientId);
  if (event.type === 'gap') listener.missed();
  if (event.type === 'disconnected') listener.disconnected();
  if (event.type !== 'message') return;
  const { client_id: clientId, user, timestamp, content } = event.message;
  listener.heard({ clientId, user, timestamp, content });
}
