import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const END_OF_HEADERS = '\r\n\r\n';

/** A WebSocket handshake as bytes (RFC 6455, section 4.1), with headers changed or, if undefined, left out. */
export function handshake(
  target: string,
  changes: Readonly<Record<string, string | undefined>> = {},
  method = 'GET',
): string {
  const headers = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    // The key of the RFC's example; its answer is s3pPLMBiTxaQ9kYGzzhZRbK+xOo=.
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** Bytes over TCP, without a WebSocket library on the test's side. */
export class RawSocket {
  private chunks: Buffer[] = [];
  private wake: (() => void) | undefined;
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.chunks.push(chunk);
      this.wake?.();
    });
    socket.on('error', (error) => socket.destroy(error));
    socket.on('close', () => {
      this.ended = true;
      this.wake?.();
    });
  }

  static async connect(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  /** A socket after the handshake: what follows are frames. */
  static async upgrade(port: number, target: string): Promise<RawSocket> {
    const socket = await RawSocket.connect(port);
    socket.write(handshake(target));
    await socket.readHead();
    return socket;
  }

  /** The status line and headers of an HTTP response. */
  readHead(): Promise<string> {
    return this.readUntil(END_OF_HEADERS);
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Everything up to and including `mark`. @throws Error if the peer ends before it */
  async readUntil(mark: string): Promise<string> {
    for (;;) {
      const at = this.received().indexOf(mark);
      if (at !== -1) return this.take(at + mark.length).toString('latin1');
      await this.more(mark);
    }
  }

  /** Exactly `count` bytes. @throws Error if the peer ends before them */
  async read(count: number): Promise<Buffer> {
    while (this.received().length < count) await this.more(`${count} bytes`);
    return this.take(count);
  }

  /** Everything until the peer ends the connection. */
  async readToEnd(): Promise<Buffer> {
    while (!this.ended) await this.change();
    return this.take(this.received().length);
  }

  destroy(): void {
    this.socket.destroy();
  }

  private take(count: number): Buffer {
    const received = this.received();
    this.chunks = [received.subarray(count)];
    return received.subarray(0, count);
  }

  /** All unread bytes. Joined on demand, since a long stream arrives in many chunks. */
  private received(): Buffer {
    const received = this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks);
    this.chunks = [received];
    return received;
  }

  private async more(wanted: string): Promise<void> {
    if (this.ended)
      throw new Error(`connection ended before ${wanted}; got ${JSON.stringify(this.received().toString())}`);
    await this.change();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
