import { backoffMs, type WebSocketClass, type WebSocketLike } from '@ws-hub/hub-client';
import { ACCESS_TOKEN_PARAMETER, closeMeansStop, parseEnvelope } from '@ws-hub/protocol';
import { BACKOFF, type PaneClient, type PaneListener, type PaneTarget, socketUrl } from './pane-client.js';
import { recordedSocket } from './recorded-socket.js';

const OPEN = 1;

/** A client of the plain dialect: just a WebSocket. It reconnects, and has missed what was sent meanwhile. */
export function connectPlain(target: PaneTarget, listener: PaneListener): PaneClient {
  return new PlainClient(target, listener);
}

class PlainClient implements PaneClient {
  private readonly Socket: WebSocketClass;
  private readonly url: string;
  private socket: WebSocketLike;
  private attempt = 0;
  private hasBeenConnected = false;
  private isClosed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    target: PaneTarget,
    private readonly listener: PaneListener,
  ) {
    this.Socket = recordedSocket(target.frames, target.line, WebSocket as unknown as WebSocketClass);
    const url = new URL(socketUrl(target));
    if (target.token !== undefined) url.searchParams.set(ACCESS_TOKEN_PARAMETER, target.token);
    this.url = url.href;
    this.socket = this.open();
  }

  async say(content: string): Promise<'sent'> {
    if (this.socket.readyState !== OPEN) throw new Error('not sent: plain queues nothing while away');
    this.socket.send(content);
    return 'sent';
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.socket.close(1000);
  }

  private open(): WebSocketLike {
    const socket = new this.Socket(this.url);
    socket.onopen = () => this.socketOnOpen();
    socket.onmessage = ({ data }) => this.socketOnMessage(String(data));
    socket.onclose = ({ code, reason }) => this.socketOnClose(code, reason);
    return socket;
  }

  private socketOnOpen(): void {
    this.attempt = 0;
    this.listener.connected(undefined);
    if (this.hasBeenConnected) this.listener.missed();
    this.hasBeenConnected = true;
  }

  private socketOnMessage(text: string): void {
    const { client_id: clientId, timestamp, content } = parseEnvelope(text);
    this.listener.heard({ clientId, timestamp, content });
  }

  private socketOnClose(code: number, reason: string): void {
    if (this.isClosed) return;
    if (closeMeansStop(code)) {
      this.listener.stopped(`${code} ${reason}`.trim());
      return;
    }
    this.listener.disconnected();
    this.attempt++;
    const delayMs = backoffMs(this.attempt, BACKOFF, Math.random);
    this.timer = setTimeout(() => {
      this.socket = this.open();
    }, delayMs);
  }
}
