import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket as TcpSocket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** How long a server's end waits for the answer to its close frame: longer than any test. */
const CLOSE_TIMEOUT_MS = 600_000;

/** Both ends of one WebSocket in this process. */
export interface SocketPair<Socket extends WebSocket> {
  readonly client: WebSocket;
  /** The server's end, and the TCP socket below it. */
  readonly socket: Socket;
  readonly transport: TcpSocket;
  end(): void;
}

/** @param SocketClass the class of the server's end */
export async function socketPair<Socket extends WebSocket>(
  SocketClass: new (...parameters: ConstructorParameters<typeof WebSocket>) => Socket,
): Promise<SocketPair<Socket>> {
  const options = {
    WebSocket: SocketClass as unknown as typeof WebSocket,
    port: 0,
    host: '127.0.0.1',
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const server = new WebSocketServer(options);
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [[socket, { socket: transport }]] = (await Promise.all([
    once(server, 'connection'),
    once(client, 'open'),
  ])) as [[Socket, IncomingMessage], unknown];
  const end = () => {
    for (const each of [client, socket]) each.terminate();
    server.close();
  };
  return { client, socket, transport, end };
}
