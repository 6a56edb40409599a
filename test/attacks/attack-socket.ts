import { connect, type Socket } from 'node:net';
import { CLOSE, clientFrame, FrameView, PING, TEXT } from '../../bench/src/generator/frame.js';
import { handshake } from '../../libs/testing/src/raw-socket.js';

const PONG = 10;
const NO_MASK = Buffer.alloc(4);
const END_OF_HEAD = '\r\n\r\n';
const HUB_PING = '{"type":"ping"}';
const NOTHING = Buffer.alloc(0);

/** How to connect. */
export interface Opening {
  /** Path and query of the request. */
  readonly target?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly localAddress?: string;
}

/** A text message as clients send it. */
export function frame(text: string | Buffer): Buffer {
  return clientFrame(TEXT, Buffer.from(text), NO_MASK);
}

/** The frames of `count` messages in one buffer. */
export function frames(count: number, textOf: (at: number) => string): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, at) => frame(textOf(at))));
}

/** A TCP connection whose errors are ignored: the hub terminates attackers. */
export async function dial(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
  const failed = new Promise<void>((resolve) => {
    socket.on('error', () => {
      socket.destroy();
      resolve();
    });
  });
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), failed]);
  return socket;
}

/** A wait for a message that contains this mark, or for a frame with this opcode. */
interface Waiting {
  readonly mark: string | number;
  readonly resolve: (text: string) => void;
}

/**
 * An attacker's WebSocket: it sends any bytes, reads cheaply, and waits for few messages at a time.
 *
 * Messages that nothing waits for are counted and dropped.
 */
export class AttackSocket {
  /** Text messages received, without the hub's pings. */
  messages = 0;
  /** The status of the handshake's response; 0 if the connection ended without one. */
  status = 0;
  readonly closed: Promise<void>;
  private rest: Buffer = NOTHING;
  private readonly view = new FrameView();
  private waiting: Waiting[] = [];

  private constructor(readonly socket: Socket) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
  }

  /** Resolves when the handshake is answered, with any status. */
  static async open(port: number, { target = '/ws', headers, localAddress }: Opening = {}) {
    const socket = await dial(port, localAddress);
    const attacker = new AttackSocket(socket);
    if (socket.destroyed) return attacker;
    socket.write(handshake(target, headers));
    await attacker.readHead();
    return attacker;
  }

  /** A hub.v1 connection before its hello. */
  static openV1(port: number, opening: Opening = {}): Promise<AttackSocket> {
    const headers = { 'Sec-WebSocket-Protocol': 'hub.v1', ...opening.headers };
    return AttackSocket.open(port, { ...opening, headers });
  }

  /** A connection that has sent its hello. @returns the connection and the answer, which is empty if it was rejected */
  static async join(port: number, hello: object = {}): Promise<{ socket: AttackSocket; welcome: Welcome }> {
    const socket = await AttackSocket.openV1(port);
    const answer = await socket.ask(helloOf(hello), '"type":"welcome"');
    return { socket, welcome: JSON.parse(answer ?? '{}') as Welcome };
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** Resolves when the kernel has accepted it, or will not. */
  write(bytes: Uint8Array): Promise<void> {
    if (!this.isOpen) return Promise.resolve();
    const { socket, closed } = this;
    return Promise.race([new Promise<void>((resolve) => socket.write(bytes, () => resolve())), closed]);
  }

  say(text: string): void {
    void this.write(frame(text));
  }

  /** The next message that contains `mark`; undefined if the connection ends first. */
  next(mark: string): Promise<string | undefined> {
    return this.wait(mark);
  }

  ask(text: string, mark: string): Promise<string | undefined> {
    const answer = this.next(mark);
    this.say(text);
    return answer;
  }

  /** Resolves when the hub has handled everything that was sent, or the connection has ended. */
  async handled(): Promise<void> {
    const answered = this.wait(PONG);
    void this.write(clientFrame(PING, NOTHING, NO_MASK));
    await answered;
  }

  private wait(mark: string | number): Promise<string | undefined> {
    const found = new Promise<string>((resolve) => {
      this.waiting.push({ mark, resolve });
    });
    return Promise.race([found, this.closed.then(() => undefined)]);
  }

  private async readHead(): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      const listener = (chunk: Buffer) => {
        this.rest = Buffer.concat([this.rest, chunk]);
        const end = this.rest.indexOf(END_OF_HEAD);
        if (end === -1) return;
        this.status = Number(this.rest.toString('latin1', 0, end).split(' ', 2)[1]);
        const first = this.rest.subarray(end + END_OF_HEAD.length);
        this.rest = NOTHING;
        this.socket.off('data', listener);
        this.socket.on('data', (next: Buffer) => this.read(next));
        if (this.status === 101) this.read(first);
        resolve();
      };
      this.socket.on('data', listener);
    });
    await Promise.race([answered, this.closed]);
  }

  private read(chunk: Buffer): void {
    if (this.status !== 101) return;
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const { view } = this;
    let at = 0;
    for (; view.read(bytes, at); at = view.end) this.take(bytes.subarray(view.payload, view.end));
    this.rest = bytes.subarray(at);
  }

  private take(payload: Buffer): void {
    const { opcode } = this.view;
    if (opcode === TEXT) this.takeText(payload);
    else if (opcode === PING) void this.write(clientFrame(PONG, payload, NO_MASK));
    else if (opcode === CLOSE) this.socket.destroy();
    else this.settle(({ mark }) => mark === opcode, '');
  }

  private takeText(payload: Buffer): void {
    if (payload.length === HUB_PING.length && payload.equals(Buffer.from(HUB_PING))) {
      this.say('{"type":"pong"}');
      return;
    }
    this.messages++;
    const isMeant = ({ mark }: Waiting) => typeof mark === 'string' && payload.includes(mark);
    if (this.waiting.some(isMeant)) this.settle(isMeant, payload.toString());
  }

  private settle(isMeant: (waiting: Waiting) => boolean, text: string): void {
    const met = this.waiting.filter(isMeant);
    this.waiting = this.waiting.filter((each) => !met.includes(each));
    for (const { resolve } of met) resolve(text);
  }
}

/** The part of a welcome that attackers use. */
export interface Welcome {
  readonly session?: string;
  readonly position?: string;
  readonly recovered?: boolean;
}

export function helloOf(fields: object): string {
  return JSON.stringify({ type: 'hello', ...fields });
}
