import type { WebSocketClass, WebSocketLike } from '@ws-hub/hub-client';
import type { FrameRecorder } from './frame-log.js';
import type { Line } from './line.js';

const CLOSED = 3;
const ABNORMAL = { code: 1006, reason: '' };

/** A WebSocket class for the client library whose frames are recorded, and which ends as a lost network ends it when the line is cut. */
export function recordedSocket(frames: FrameRecorder, line: Line, Socket: WebSocketClass): WebSocketClass {
  return class extends RecordedSocket {
    constructor(url: string, protocols: string[] = []) {
      super(url, protocols, frames, line, Socket);
    }
  };
}

class RecordedSocket implements WebSocketLike {
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;
  private socket: WebSocketLike | undefined;
  private leave: () => void = () => undefined;

  constructor(
    url: string,
    protocols: string[],
    private readonly frames: FrameRecorder,
    line: Line,
    Socket: WebSocketClass,
  ) {
    if (line.isCut) this.fail();
    else this.open(new Socket(url, protocols), url, protocols, line);
  }

  get readyState(): number {
    return this.socket?.readyState ?? CLOSED;
  }

  get protocol(): string {
    return this.socket?.protocol ?? '';
  }

  get binaryType(): string {
    return this.socket?.binaryType ?? 'arraybuffer';
  }

  set binaryType(type: string) {
    if (this.socket !== undefined) this.socket.binaryType = type;
  }

  send(text: string): void {
    this.frames.sent(text);
    this.socket?.send(text);
  }

  close(code?: number, reason?: string): void {
    this.socket?.close(code, reason);
  }

  private open(socket: WebSocketLike, url: string, protocols: string[], line: Line): void {
    this.socket = socket;
    this.leave = line.use(() => this.cut());
    const offer = protocols.length === 0 ? '' : `, subprotocol ${protocols.join(', ')}`;
    this.frames.note(`connect to ${url}${offer}`);
    socket.onopen = () => this.onopen?.();
    socket.onmessage = (event) => {
      this.frames.received(typeof event.data === 'string' ? event.data : '(binary)');
      this.onmessage?.(event);
    };
    socket.onerror = () => this.onerror?.();
    socket.onclose = ({ code, reason }) => this.end({ code, reason });
  }

  /** As without a network: the attempt fails a moment later. */
  private fail(): void {
    this.frames.note('no network: the attempt fails');
    setTimeout(() => this.onclose?.(ABNORMAL), 0);
  }

  private cut(): void {
    const { socket } = this;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.onerror = () => undefined;
    // The hub has to learn of it, or it would keep the connection until its next ping.
    socket.close();
    this.socket = undefined;
    this.frames.note('the connection is cut');
    this.onclose?.(ABNORMAL);
  }

  private end(ending: { readonly code: number; readonly reason: string }): void {
    this.leave();
    const reason = ending.reason === '' ? '' : `: ${ending.reason}`;
    this.frames.note(`the connection ended with ${ending.code}${reason}`);
    this.onclose?.(ending);
  }
}
