import { freePort } from '@ws-hub/testing';

/** How clients and proxies address the hub, and how what stands beside it is addressed. */
const ENTRY = /\blocalhost:8080\b/g;
const HUB = /\b127\.0\.0\.1:8080\b/g;
const BESIDE = /\blocalhost:[34]000\b/g;
/** Ports of proxies, of further hubs, of NATS and of the console, which stand in configurations and flags as well. */
const OTHERS = /\b(?:4222|808[1-3]|8443|9465)\b/g;
const NAMES = ['4222', '8081', '8082', '8083', '8443', '9465'];

/** What stands before the hub: takes the hub's port, and tells its own, which the commands of the guide then use. */
export type Between = (hubPort: number) => Promise<number>;

/** Ports that nobody else has, in place of those that guides name. */
export class Ports {
  private constructor(
    readonly hub: number,
    /** Where clients find it. */
    readonly entry: number,
    readonly beside: number,
    private readonly others: ReadonlyMap<string, number>,
  ) {}

  static async take(between?: Between): Promise<Ports> {
    const hub = await freePort();
    const entry = between === undefined ? hub : await between(hub);
    const others = new Map<string, number>();
    for (const name of NAMES) others.set(name, await freePort());
    return new Ports(hub, entry, await freePort(), others);
  }

  /** The one in place of a port that a guide names, such as 8443. */
  of(name: string): number {
    return this.others.get(name) as number;
  }

  /** A text of a guide with these ports. */
  in(text: string): string {
    return text
      .replace(ENTRY, `localhost:${this.entry}`)
      .replace(HUB, `127.0.0.1:${this.hub}`)
      .replace(BESIDE, `localhost:${this.beside}`)
      .replace(OTHERS, (name) => String(this.of(name)));
  }
}
