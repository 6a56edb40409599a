import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy before a hub, that a test cuts: what is on its way then is lost, as with a network that fails. */
export class CuttingProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
  ) {
    let turn = 0;
    server.on('connection', (client) =>
      this.join(client, this.targets[turn++ % this.targets.length] as number),
    );
  }

  /** @param targets ports of the loopback; connections go to them in turn */
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

  /** Cuts all connections; with `stays`, newcomers too until `mend`. */
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

  private join(client: Socket, port: number): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const pair = [client, connect(port, '127.0.0.1')] as const;
    this.pairs.add(pair);
    const [, hub] = pair;
    client.pipe(hub);
    hub.pipe(client);
    for (const socket of pair) {
      socket.setNoDelay();
      // A side that fails or ends takes the other one along.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.part(pair));
    }
  }

  private part(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
