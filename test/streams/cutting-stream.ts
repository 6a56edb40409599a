import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const END_OF_HEAD = '\r\n\r\n';
const END_OF_EVENT = '\n\n';
/** So that a test need not wait for the default time. */
const RETRY = 'retry: 1';

/**
 * A proxy in front of a hub that cuts a stream of events after every single message, somewhere in what follows: between
 * two events, in the middle of one or of a character. Each time one message gets through.
 */
export class CuttingStream {
  cuts = 0;
  /** The cuts in the middle of an event. */
  cutsInside = 0;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly places: number,
    private readonly onCut: () => void,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  /**
   * @param target the hub's port on loopback
   * @param places the maximum number of cuts
   * @param onCut called at each cut
   */
  static async before(target: number, places: number, onCut: () => void): Promise<CuttingStream> {
    const server = createServer();
    const proxy = new CuttingStream(server, target, places, onCut);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }

  private join(client: Socket): void {
    const hub = connect(this.target, '127.0.0.1');
    for (const [one, other] of [
      [client, hub],
      [hub, client],
    ] as const) {
      one.setNoDelay();
      one.on('error', () => one.destroy());
      one.on('close', () => other.destroy());
    }
    client.pipe(hub);
    let text = '';
    let isInHead = true;
    hub.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (isInHead) {
        const end = text.indexOf(END_OF_HEAD);
        if (end === -1) return;
        isInHead = false;
        client.write(text.slice(0, end + END_OF_HEAD.length), 'latin1');
        text = text.slice(end + END_OF_HEAD.length);
      }
      text = this.pass(text, client, hub);
    });
  }

  /** @returns the incomplete event at the end */
  private pass(text: string, client: Socket, hub: Socket): string {
    let rest = text;
    for (let end = rest.indexOf(END_OF_EVENT); end !== -1; end = rest.indexOf(END_OF_EVENT)) {
      const event = rest.slice(0, end + END_OF_EVENT.length);
      rest = rest.slice(event.length);
      client.write(event.replace(/^retry: \d+/, RETRY), 'latin1');
      if (this.cuts >= this.places || !event.includes('"type":"message"')) continue;
      hub.removeAllListeners('data');
      this.cut(client, rest);
      return '';
    }
    return rest;
  }

  private cut(client: Socket, rest: string): void {
    const [next = ''] = rest.split(END_OF_EVENT, 1);
    const piece = next.slice(0, Math.floor(Math.random() * (next.length + 1)));
    this.cuts++;
    if (piece !== '') this.cutsInside++;
    // Alternates between an orderly end and a reset.
    const isReset = this.cuts % 2 === 0;
    client.write(piece, 'latin1', () => (isReset ? client.resetAndDestroy() : client.destroy()));
    this.onCut();
  }
}
