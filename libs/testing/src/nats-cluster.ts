import { freePort } from './free-port.js';
import { NatsServer } from './nats-server.js';

/** A cluster of real NATS servers with JetStream. Each is named `n<index>`. */
export class NatsCluster {
  private constructor(readonly servers: readonly NatsServer[]) {}

  static async start(size = 3): Promise<NatsCluster> {
    const ports = new Set<number>();
    while (ports.size < size) ports.add(await freePort());
    const routes = [...ports].map((port) => `nats://127.0.0.1:${port}`).join(', ');
    const servers = await Promise.all(
      [...ports].map((port, index) =>
        NatsServer.prepare(
          '',
          `server_name: n${index}\ncluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`,
        ),
      ),
    );
    await Promise.all(servers.map((server) => server.run()));
    return new NatsCluster(servers);
  }

  /** The URLs of all servers, in the format of NATS_URL. */
  get url(): string {
    return this.servers.map(({ url }) => url).join(',');
  }

  /** The server with this name. */
  named(name: string): NatsServer {
    return this.servers[Number(name.slice(1))] as NatsServer;
  }

  async end(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end()));
  }
}
