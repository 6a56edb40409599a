import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that simulates latency: each byte arrives later, in order, at full bandwidth. */
export class DelayingProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly oneWayMs: number,
    private readonly answered: (bytes: Buffer) => Buffer,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /**
   * @param target a port on loopback
   * @param oneWayMs the delay in each direction, in milliseconds
   * @param answered called with bytes from the target; returns what is forwarded
   */
  static async before(
    target: number,
    oneWayMs: number,
    answered = (bytes: Buffer) => bytes,
  ): Promise<DelayingProxy> {
    const server = createServer();
    const proxy = new DelayingProxy(server, target, oneWayMs, answered);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const target = connect(this.target, '127.0.0.1');
    this.pass(client, target, (bytes) => bytes);
    this.pass(target, client, this.answered);
  }

  private pass(from: Socket, to: Socket, change: (bytes: Buffer) => Buffer): void {
    this.sockets.add(from);
    from.setNoDelay();
    from.on('data', (bytes) => setTimeout(() => to.write(change(bytes)), this.oneWayMs));
    // When one side fails or ends, the other one does too.
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
