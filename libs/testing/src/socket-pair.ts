import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** A server's end waits so long for the answer to its close frame: longer than any test. */
const CLOSE_TIMEOUT_MS = 600_000;

/** Both ends of one WebSocket in this process. */
export interface SocketPair {
  readonly client: WebSocket;
  /** The server's end, and the TCP socket under it. */
  readonly socket: WebSocket;
  readonly transport: Socket;
  end(): void;
}

export async function socketPair(): Promise<SocketPair> {
  const options = { port: 0, host: '127.0.0.1', closeTimeout: CLOSE_TIMEOUT_MS };
  const server = new WebSocketServer(options);
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket, { socket: transport }]] = (await Promise.all([
    once(server, 'connection'),
    once(client, 'open'),
  ])) as [[WebSocket, IncomingMessage], unknown];
  const end = () => {
    for (const each of [client, socket]) each.terminate();
    server.close();
  };
  return { client, socket, transport, end };
}
