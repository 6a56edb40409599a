import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a hub that a test can cut: data in flight is lost, as in a failing network. */
export class CuttingProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isCut = false;

  private turn = 0;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
  ) {
    server.on('connection', (client) => void this.join(client));
  }

  /** @param targets ports on loopback; connections go to them in turn, skipping those that refuse */
  static async before(...targets: number[]): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, targets);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Drops all connections; with `stays`, new ones as well until `mend`. */
  cut(stays = false): void {
    this.isCut = stays;
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.server.close();
    this.cut(true);
    await once(this.server, 'close');
  }

  private async join(client: Socket): Promise<void> {
    client.on('error', () => client.destroy());
    const hub = this.isCut ? undefined : await this.dial();
    if (hub === undefined || this.isCut || client.destroyed) {
      client.destroy();
      hub?.destroy();
      return;
    }
    const pair = [client, hub] as const;
    this.pairs.add(pair);
    client.pipe(hub);
    hub.pipe(client);
    for (const socket of pair) {
      socket.setNoDelay();
      // When one side fails or ends, the other one does too.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.part(pair));
    }
  }

  /** The next available hub, as a load balancer would choose it. */
  private async dial(): Promise<Socket | undefined> {
    for (const _ of this.targets) {
      const port = this.targets[this.turn++ % this.targets.length] as number;
      const socket = connect(port, '127.0.0.1');
      if (await isConnected(socket)) return socket;
    }
    return undefined;
  }

  private part(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}

function isConnected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
}
