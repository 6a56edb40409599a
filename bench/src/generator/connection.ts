import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Dialect } from './dialect.js';
import { CLOSE, clientFrame, PING, pongFrame, StreamError, TEXT } from './frame.js';

const READ_BUFFER_BYTES = 256 * 1024;
/** All sockets read into the same memory: each chunk is processed before the next one is read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
const END_OF_HEAD = '\r\n\r\n';

/** A client on a bare socket. It handles handshake and control frames, and passes on the rest as bytes. */
export class Connection {
  /** Masks all its frames. Masks protect proxies, so one random mask per connection is enough. */
  readonly mask = randomBytes(4);
  private readonly socket: Socket;
  private opening = Buffer.alloc(0);
  private accepted = false;
  private welcomes = 0;
  private open = false;
  private onOpen: () => void = () => undefined;
  private onBytes: (chunk: Buffer) => void = () => undefined;

  constructor(
    port: number,
    private readonly host: string,
    private readonly dialect: Dialect,
    /** The token for its handshake; undefined for none. */
    private readonly token: string | undefined,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.socket = connect({
      port,
      host,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (size) => {
          this.read(readBuffer.subarray(0, size));
          return true;
        },
      },
    });
    this.socket.on('connect', () => this.socket.write(this.request()));
    this.socket.on('error', onFailure);
    this.socket.on('close', () => onFailure(new Error('the server closed a connection')));
  }

  /** Resolves when the server has accepted it. Further bytes are passed to `onBytes`, in memory that is reused. */
  opened(onBytes: (chunk: Buffer) => void): Promise<void> {
    this.onBytes = onBytes;
    return new Promise((resolve) => {
      this.onOpen = resolve;
    });
  }

  write(frames: Buffer): void {
    this.socket.write(frames);
  }

  /** Handles a frame that is not a message. @throws StreamError if the server must not send it */
  control(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.write(pongFrame(payload, this.mask));
    if (opcode === CLOSE) throw new StreamError(`closed with ${payload.readUInt16BE(0)}`);
    if (opcode === TEXT) this.answer(payload.toString());
  }

  /** Disconnects abruptly, so that no port stays in TIME_WAIT. */
  reset(): void {
    this.socket.removeAllListeners('close');
    this.socket.resetAndDestroy();
  }

  private request(): string {
    return [
      `GET ${this.dialect.path} HTTP/1.1`,
      `Host: ${this.host}`,
      ...this.dialect.transport.head(),
      ...(this.dialect.headers ?? []),
      ...(this.token === undefined ? [] : [`Authorization: Bearer ${this.token}`]),
      END_OF_HEAD.slice(2),
    ].join('\r\n');
  }

  private read(chunk: Buffer): void {
    try {
      if (this.open) this.onBytes(chunk);
      else this.readOpening(chunk);
    } catch (error) {
      this.onFailure(error as Error);
    }
  }

  /** The HTTP response, then the dialect's welcome, which differs between connections. */
  private readOpening(chunk: Buffer): void {
    this.opening = Buffer.concat([this.opening, chunk]);
    if (!this.accepted && !this.readHead()) return;
    const view = this.dialect.transport.view();
    while (this.welcomes < this.dialect.welcome.length) {
      if (!view.read(this.opening, 0)) return;
      const answer = this.dialect.welcome[this.welcomes++];
      if (answer !== undefined) this.say(answer);
      this.opening = this.opening.subarray(view.end);
    }
    this.open = true;
    this.onOpen();
    if (this.opening.length > 0) this.onBytes(this.opening);
  }

  private readHead(): boolean {
    const end = this.opening.indexOf(END_OF_HEAD);
    if (end === -1) return false;
    const [status = ''] = this.opening.toString('latin1', 0, end).split('\r\n');
    if (!status.startsWith(this.dialect.transport.status))
      throw new StreamError(`handshake refused: ${status}`);
    this.opening = this.opening.subarray(end + END_OF_HEAD.length);
    this.accepted = true;
    if (this.dialect.greeting !== undefined) this.say(this.dialect.greeting);
    return true;
  }

  private answer(text: string): void {
    const answer = this.dialect.answer(text);
    if (answer === undefined) throw new StreamError(`unexpected ${JSON.stringify(text)}`);
    if (answer !== '') this.say(answer);
  }

  private say(text: string): void {
    this.write(clientFrame(TEXT, Buffer.from(text), this.mask));
  }
}
