import { ACCESS_TOKEN_PARAMETER } from '@ws-hub/protocol';
import type { Ending, Open, Transport, TransportListener } from './transport.js';

const DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;
const ABNORMAL: Ending = { code: 1006, reason: '' };

/** The part of the web's WebSocket that this transport uses (WHATWG WebSockets, "The WebSocket interface"). */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly protocol: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onerror: (() => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketClass = new (url: string, protocols?: string[]) => WebSocketLike;

const OPEN = 1;

/**
 * The transport for browsers. They do not reveal why a handshake failed, the headers of its response, or pings, and
 * they cannot slow down reading.
 *
 * @param socketClass by default the global WebSocket
 * @param handshakeTimeoutMs when to give up on a server that does not answer the handshake, in milliseconds
 */
export function browserTransport(
  socketClass?: WebSocketClass,
  handshakeTimeoutMs = DEFAULT_HANDSHAKE_TIMEOUT_MS,
): Open {
  const Socket = socketClass ?? (globalThis as unknown as { WebSocket: WebSocketClass }).WebSocket;
  return (url, protocols, listener, token) =>
    new BrowserTransport(new Socket(withToken(url, token), [...protocols]), listener, handshakeTimeoutMs);
}

/** A page cannot set headers, so the query is the only way for a hub that only supports plain. */
function withToken(text: string, token: string | undefined): string {
  if (token === undefined) return text;
  const url = new URL(text);
  url.searchParams.set(ACCESS_TOKEN_PARAMETER, token);
  return url.href;
}

class BrowserTransport implements Transport {
  readonly hidesPings = true;
  private readonly deadline: ReturnType<typeof setTimeout>;
  private hasEnded = false;

  constructor(
    private readonly socket: WebSocketLike,
    private readonly listener: TransportListener,
    handshakeTimeoutMs: number,
  ) {
    this.deadline = setTimeout(() => this.handshakeOnTimeout(handshakeTimeoutMs), handshakeTimeoutMs);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.socketOnOpen();
    socket.onmessage = ({ data }) => this.socketOnMessage(data);
    // It says no more than the close event that follows.
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }) => this.end({ code, reason });
  }

  send(text: string): boolean {
    if (this.socket.readyState !== OPEN) return false;
    this.socket.send(text);
    return true;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** A browser waits for a peer that does not answer its close. The transport does not. */
  terminate(): void {
    this.forget();
    this.socket.close();
    queueMicrotask(() => this.end(ABNORMAL));
  }

  private handshakeOnTimeout(timeoutMs: number): void {
    this.forget();
    this.socket.close();
    this.end({ ...ABNORMAL, error: new Error(`the handshake was not answered within ${timeoutMs} ms`) });
  }

  private socketOnOpen(): void {
    clearTimeout(this.deadline);
    this.listener.opened({ clientId: undefined, protocol: this.socket.protocol });
  }

  private socketOnMessage(data: unknown): void {
    this.listener.alive();
    if (typeof data === 'string') this.listener.received(data);
    else this.listener.receivedBinary((data as ArrayBuffer).byteLength);
  }

  private end(ending: Ending): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.forget();
    this.listener.ended(ending);
  }

  /** Detaches from the socket. Without an `onerror` the socket of `ws` would throw. */
  private forget(): void {
    clearTimeout(this.deadline);
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
  }
}
