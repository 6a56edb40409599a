import type { Socket } from 'node:net';
import { type KeyName, keyOf } from './api-keys.js';
import { dial } from './attack-socket.js';

const END_OF_HEAD = '\r\n\r\n';
const LAST_CHUNK = '\r\n0\r\n\r\n';

/** The parts of a response that attackers use. */
export interface Answer {
  readonly status: number;
  /** The media type, without parameters. */
  readonly type: string;
  /** In lower case, with the status line. */
  readonly head: string;
  /** Unchanged: cookies are case-sensitive. */
  readonly rawHead: string;
  readonly text: string;
}

/** A request as sent. A body gets a Content-Length unless the headers define its length. */
export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The header with a key. */
export function by(name: KeyName): Record<string, string> {
  return { Authorization: `Bearer ${keyOf(name)}` };
}

export function requestBytes({ method = 'GET', path, headers = {}, body }: Request): Buffer {
  const all: Record<string, string> = { Host: 'hub', ...headers };
  const bytes = Buffer.from(body ?? '');
  const isMeasured = 'Content-Length' in all || 'Transfer-Encoding' in all;
  if (body !== undefined && !isMeasured) all['Content-Length'] = String(bytes.length);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')), bytes]);
}

/** Whether it is a problem object, as for all errors below /v1 (RFC 9457). */
export function isProblem({ status, type, text }: Answer): boolean {
  if (status < 400 || type !== 'application/problem+json') return false;
  const { status: told, title, detail } = parsed(text);
  return told === status && typeof title === 'string' && typeof detail === 'string';
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // Text that is not JSON has no members.
    return {};
  }
}

/** An attacker's HTTP connection: it sends any bytes, and reads one response after the other. */
export class HttpSocket {
  readonly closed: Promise<void>;
  private chunks: Buffer[] = [];
  private size = 0;
  /** Bytes needed to complete the current response. */
  private needed = 0;
  private waiting: ((answer: Answer | undefined) => void) | undefined;

  private constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.finish();
        resolve();
      });
    });
    socket.on('data', (chunk: Buffer) => this.read(chunk));
  }

  static async open(port: number, localAddress?: string): Promise<HttpSocket> {
    return new HttpSocket(await dial(port, localAddress));
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && !this.socket.readableEnded;
  }

  write(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Sends a request. @returns the response; undefined if the connection ends without one */
  ask(request: Request | Buffer): Promise<Answer | undefined> {
    const answer = this.next();
    this.write(Buffer.isBuffer(request) ? request : requestBytes(request));
    return answer;
  }

  /** The next response. One call at a time. */
  next(): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      if (this.socket.destroyed) this.finish();
      else this.look(false);
    });
  }

  private read(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size >= this.needed) this.look(false);
  }

  private finish(): void {
    this.look(true);
    this.settle(undefined);
  }

  private settle(answer: Answer | undefined): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }

  /** @param isOver whether nothing more will arrive, which ends a body without a length */
  private look(isOver: boolean): void {
    if (this.waiting === undefined || this.size === 0) return;
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [bytes];
    const headEnd = bytes.indexOf(END_OF_HEAD);
    if (headEnd === -1) return;
    const rawHead = bytes.toString('latin1', 0, headEnd);
    const head = rawHead.toLowerCase();
    const from = headEnd + END_OF_HEAD.length;
    const end = this.endOf(head, bytes, from, isOver);
    if (end === undefined) return;
    this.keep(bytes.subarray(end));
    this.settle({ ...readHead(head), head, rawHead, text: bytes.toString('utf8', from, end) });
  }

  private endOf(head: string, bytes: Buffer, from: number, isOver: boolean): number | undefined {
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
    if (length !== undefined) {
      this.needed = from + Number(length);
      return bytes.length >= this.needed ? this.needed : undefined;
    }
    const last = /\r\ntransfer-encoding: chunked/.test(head) ? bytes.indexOf(LAST_CHUNK, from - 2) : -1;
    if (last !== -1) return last + LAST_CHUNK.length;
    if (/^http\/1\.1 (1\d\d|204|304)/.test(head)) return from;
    return isOver ? bytes.length : undefined;
  }

  private keep(rest: Buffer): void {
    this.chunks = [rest];
    this.size = rest.length;
    this.needed = 0;
  }
}

function readHead(head: string): Pick<Answer, 'status' | 'type'> {
  const [, type = ''] = /\r\ncontent-type: ([^;\r]+)/.exec(head) ?? [];
  return { status: Number(head.split(' ', 2)[1]), type: type.trim() };
}

/** Sends one request on a connection of its own. @returns undefined if it ends without a response */
export async function askOnce(port: number, request: Request | Buffer, localAddress?: string) {
  const socket = await HttpSocket.open(port, localAddress);
  const answer = await socket.ask(request);
  socket.socket.destroy();
  return answer;
}
