import { connect, type Socket } from 'node:net';
import { clientFrame, handshake, OPCODE } from '@ws-hub/testing';
import { FrameReader } from './frame-reader.js';

/** Where a connection breaks: after so many bytes or frames of one direction, and how. */
export interface Cut {
  readonly after: 'bytes in' | 'bytes out' | 'frames in' | 'frames out';
  readonly count: number;
  readonly how: 'end' | 'destroy' | 'reset';
}

const END_OF_HEAD = '\r\n\r\n';
const OPEN_MS = 5_000;

/** A WebSocket over bytes that breaks where its schedule says; everything after that is lost. */
export class Line {
  isOpen = false;
  /** The code of the hub's close frame; undefined if there was none. */
  closeCode: number | undefined;
  /** Called with each text message. */
  onText: (text: string) => void = () => undefined;
  /** The head of the response to the handshake. */
  head = '';
  private readonly frames = new FrameReader((opcode, payload) => this.receive(opcode, payload));
  private bytesIn = 0;
  private bytesOut = 0;
  private framesIn = 0;
  private framesOut = 0;
  private watchers: (() => void)[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly cut: Cut | undefined,
  ) {
    socket.setNoDelay();
    socket.on('error', () => this.end());
    socket.on('close', () => this.end());
    socket.on('data', (chunk) => this.read(chunk));
  }

  /** Resolves when the handshake is complete, or has failed; then it is not open. */
  static async open(port: number, target: string, protocol?: string, cut?: Cut): Promise<Line> {
    const line = new Line(connect(port, '127.0.0.1'), cut);
    line.socket.setTimeout(OPEN_MS, () => line.isOpen || line.socket.destroy());
    line.socket.write(handshake(target, { 'Sec-WebSocket-Protocol': protocol }));
    await line.until(() => line.isOpen || line.socket.destroyed);
    return line;
  }

  /** Resolves when the condition holds, or when the connection has ended. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.socket.destroyed)
      await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  /** Sends texts in one write, so that the hub may read them in one turn. */
  say(...texts: string[]): void {
    this.write(texts.map((text) => clientFrame(OPCODE.text, text)));
  }

  /** Stops reading for a while. */
  stall(forMs: number): void {
    this.socket.pause();
    setTimeout(() => this.socket.resume(), forMs);
  }

  break(how: Cut['how'] = 'destroy'): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (how === 'reset') this.socket.resetAndDestroy();
    else if (how === 'destroy') this.socket.destroy();
    // Its further input is not read, so this is a FIN, and then perhaps a reset.
    else this.socket.end(() => this.socket.destroy());
  }

  private write(frames: readonly Buffer[]): void {
    if (!this.isOpen) return;
    const { cut } = this;
    let bytes = Buffer.concat(frames);
    this.framesOut += frames.length;
    let isLast = false;
    if (cut?.after === 'frames out' && this.framesOut >= cut.count) {
      isLast = true;
      bytes = Buffer.concat(frames.slice(0, frames.length - (this.framesOut - cut.count)));
    } else if (cut?.after === 'bytes out' && this.bytesOut + bytes.length >= cut.count) {
      isLast = true;
      bytes = bytes.subarray(0, cut.count - this.bytesOut);
    }
    this.bytesOut += bytes.length;
    if (isLast) this.socket.write(bytes, () => this.break(cut?.how));
    else this.socket.write(bytes);
  }

  private read(chunk: Buffer): void {
    if (!this.isOpen) {
      if (this.socket.destroyed || this.frames.hasBegun) return;
      this.readHead(chunk);
      return;
    }
    const { cut } = this;
    const left = cut?.after === 'bytes in' ? cut.count - this.bytesIn : Number.POSITIVE_INFINITY;
    this.bytesIn += chunk.length;
    this.frames.push(chunk.length > left ? chunk.subarray(0, Math.max(0, left)) : chunk);
    if (chunk.length >= left) this.break(cut?.how);
    this.tell();
  }

  private readHead(chunk: Buffer): void {
    this.head += chunk.toString('latin1');
    const at = this.head.indexOf(END_OF_HEAD);
    if (at === -1) return;
    if (!this.head.startsWith('HTTP/1.1 101')) {
      this.socket.destroy();
      return;
    }
    this.isOpen = true;
    this.frames.hasBegun = true;
    const rest = Buffer.from(this.head.slice(at + END_OF_HEAD.length), 'latin1');
    if (rest.length > 0) this.read(rest);
    this.tell();
  }

  private receive(opcode: number, payload: Buffer): void {
    if (!this.isOpen) return;
    if (opcode === OPCODE.ping) this.write([clientFrame(OPCODE.pong, payload)]);
    else if (opcode === OPCODE.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE() : 1005;
      this.break();
    } else if (opcode === OPCODE.text) this.onText(payload.toString());
    const { cut } = this;
    if (cut?.after === 'frames in' && ++this.framesIn >= cut.count) this.break(cut.how);
  }

  private end(): void {
    this.isOpen = false;
    this.socket.destroy();
    this.tell();
  }

  private tell(): void {
    const { watchers } = this;
    this.watchers = [];
    for (const wake of watchers) wake();
  }
}
