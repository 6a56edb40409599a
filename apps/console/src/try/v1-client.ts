import { browserTransport, HubClient, type WebSocketClass } from '@ws-hub/hub-client';
import { BACKOFF, type PaneClient, type PaneListener, type PaneTarget, socketUrl } from './pane-client.js';
import { recordedSocket } from './recorded-socket.js';

/** A client of hub.v1: the client library, on sockets that are recorded. */
export function connectV1(target: PaneTarget, listener: PaneListener): PaneClient {
  const Socket = recordedSocket(target.frames, target.line, WebSocket as unknown as WebSocketClass);
  const client = new HubClient({
    ...BACKOFF,
    url: socketUrl(target),
    open: browserTransport(Socket),
    ...(target.token !== undefined && { token: target.token }),
  });
  client.on('connected', ({ clientId }) => listener.connected(clientId));
  client.on('message', ({ client_id: clientId, user, timestamp, content }) =>
    listener.heard({ clientId, user, timestamp, content }),
  );
  client.on('gap', () => listener.missed());
  client.on('disconnected', () => listener.disconnected());
  client.on('stopped', ({ code, reason }) => listener.stopped(`${code} ${reason}`.trim()));
  client.on('forbidden', ({ action, channels }) =>
    listener.told(`The token does not allow ${action} on ${channels.join(', ')}.`),
  );
  client.start();
  return {
    say: async (content) => {
      await client.publish(content);
      return 'stored';
    },
    close: () => void client.close(),
  };
}
