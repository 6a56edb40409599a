import { CuttingProxy, freePort, NatsServer, Program } from '@ws-hub/testing';

const SECRET = 'the secret that all hubs of a cluster share';

/** A NATS server, hubs that share it, and a TCP proxy in front of them: a typical cluster, on one machine. */
export class Cluster {
  private constructor(
    readonly nats: NatsServer,
    readonly hubs: Program[],
    readonly ports: readonly number[],
    readonly proxy: CuttingProxy,
    private readonly flags: readonly string[],
  ) {}

  static async start(size: number, nats?: NatsServer, ...flags: string[]): Promise<Cluster> {
    const server = nats ?? (await NatsServer.start());
    const ports = await freePorts(size);
    const proxy = await CuttingProxy.before(...ports);
    const cluster = new Cluster(server, [], ports, proxy, flags);
    await Promise.all(ports.map((_, at) => cluster.startHub(at)));
    return cluster;
  }

  /** The URL of the proxy: the cluster as clients see it. */
  get url(): string {
    return `ws://127.0.0.1:${this.proxy.port}/ws`;
  }

  urlOf(at: number): string {
    return `ws://127.0.0.1:${this.ports[at]}/ws`;
  }

  hub(at: number): Program {
    return this.hubs[at] as Program;
  }

  /** Starts the hub with this index, again if necessary; resolves when it listens. */
  async startHub(at: number): Promise<void> {
    const args = ['--port', String(this.ports[at]), '--host', '127.0.0.1', '--metrics-port', '0'];
    const hub = Program.start(['server', ...args, ...this.flags], {
      NATS_URL: this.nats.url,
      HUB_SECRET: SECRET,
    });
    this.hubs[at] = hub;
    await hub.event('listening');
  }

  /** The status of the hub's `/readyz`. */
  async readiness(at: number): Promise<number> {
    return (await fetch(`http://127.0.0.1:${this.ports[at]}/readyz`)).status;
  }

  async end(): Promise<void> {
    await this.proxy.close();
    await Promise.all(this.hubs.map((hub) => hub.kill()));
    await this.nats.end();
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
