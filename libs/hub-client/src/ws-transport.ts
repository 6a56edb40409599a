import type { IncomingMessage } from 'node:http';
import { CLIENT_ID_HEADER } from '@ws-hub/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import { readRetryAfter } from './retry-after.js';
import type { Ending, Open, Transport, TransportListener } from './transport.js';

const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;
const SUBPROTOCOL_HEADER = 'sec-websocket-protocol';

// The types do not know closeTimeout yet; ws has had it since 8.19. Without it the client would wait 30 s for a hub
// that sends a close frame and then hangs.
const OPTIONS: ClientOptions & { closeTimeout: number } = { perMessageDeflate: false, closeTimeout: 5_000 };

/**
 * The transport for Node, on `ws`.
 *
 * @param handshakeTimeoutMs when to give up on a server that accepts TCP but does not answer the handshake, in
 *   milliseconds
 */
export function wsTransport(handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS): Open {
  return (url, protocols, listener, token) =>
    new WsTransport(url, protocols, listener, handshakeTimeoutMs, token);
}

class WsTransport implements Transport {
  private readonly socket: WebSocket;
  private readonly deadline: NodeJS.Timeout;
  private upgrade: IncomingMessage | undefined;
  /** ws rejects such a handshake after it has emitted the response. */
  private isOfferUnanswered = false;
  /** What was known about the end beforehand. The first cause counts; ws adds others of its own. */
  private cause: Partial<Ending> | undefined;

  constructor(
    url: string,
    protocols: readonly string[],
    private readonly listener: TransportListener,
    handshakeTimeoutMs: number,
    token: string | undefined,
  ) {
    // RFC 6750, section 2.1.
    const authorization = token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } };
    this.socket = new WebSocket(url, [...protocols], { ...OPTIONS, ...authorization });
    // Not the `handshakeTimeout` of ws, which restarts with every byte: a server could keep us waiting forever.
    this.deadline = setTimeout(() => this.handshakeOnTimeout(handshakeTimeoutMs), handshakeTimeoutMs);
    this.socket.on('upgrade', (response) => {
      this.upgrade = response;
      this.isOfferUnanswered = protocols.length > 0 && response.headers[SUBPROTOCOL_HEADER] === undefined;
    });
    this.socket.on('open', () => this.socketOnOpen());
    this.socket.on('message', (data: Buffer, isBinary) => this.socketOnMessage(data, isBinary));
    this.socket.on('unexpected-response', (_request, response) => this.socketOnRefusal(response));
    this.socket.on('error', (error) => this.socketOnError(error));
    this.socket.on('close', (code, reason) => this.socketOnClose(code, reason.toString()));
  }

  send(text: string): boolean {
    // After the hub's close frame ws silently drops what it is given.
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(text);
    return true;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  private handshakeOnTimeout(timeoutMs: number): void {
    this.cause ??= { error: new Error(`the handshake was not answered within ${timeoutMs} ms`) };
    this.socket.terminate();
  }

  private socketOnOpen(): void {
    clearTimeout(this.deadline);
    const clientId = this.upgrade?.headers[CLIENT_ID_HEADER.toLowerCase()];
    // Bytes, not frames: pings and the parts of a long message are signs of life too.
    this.upgrade?.socket.on('data', () => this.listener.alive());
    this.upgrade = undefined;
    this.listener.opened({ clientId: clientId?.toString(), protocol: this.socket.protocol });
  }

  private socketOnMessage(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.listener.receivedBinary(data.length);
    else this.listener.received(data.toString());
  }

  /** With a listener for this event, ws leaves ending the attempt to it. */
  private socketOnRefusal({ statusCode: httpStatus, headers }: IncomingMessage): void {
    const retryAfterMs = readRetryAfter(headers['retry-after']);
    this.cause ??= { reason: `refused with HTTP ${httpStatus}`, httpStatus, retryAfterMs };
    this.socket.terminate();
  }

  private socketOnError(error: Error): void {
    const offerUnanswered = this.isOfferUnanswered ? { offerUnanswered: true } : {};
    this.cause ??= { error: readable(error), ...offerUnanswered };
  }

  private socketOnClose(code: number, reason: string): void {
    clearTimeout(this.deadline);
    this.listener.ended({ code, reason, ...this.cause });
  }
}

/** A name with several addresses fails with an AggregateError, whose own message is empty. */
function readable(error: Error): Error {
  if (!(error instanceof AggregateError)) return error;
  const messages = error.errors.map(({ message }: Error) => message);
  return Object.assign(new Error(messages.join('; ')), { code: (error as NodeJS.ErrnoException).code });
}
