import type { Ending, Transport, TransportListener } from '../transport.js';

export const LOST: Ending = { code: 1006, reason: '' };

/** The hub's end of one connection, controlled by a test. */
export class TestTransport implements Transport {
  readonly sent: string[] = [];
  hidesPings = false;
  closedWith: number | undefined;
  private hasEnded = false;

  constructor(
    readonly protocols: readonly string[],
    readonly listener: TransportListener,
    /** Sent in the handshake. */
    readonly token?: string,
  ) {}

  /** Answers the handshake. @param protocol the subprotocol that the hub selects; empty for none */
  accept(protocol = ''): void {
    this.listener.opened({ clientId: 'me', protocol });
  }
  say(message: object): void {
    this.listener.received(JSON.stringify(message));
  }
  /** What was sent since the last call. */
  read(): unknown[] {
    return this.sent.splice(0).map((text) => JSON.parse(text) as unknown);
  }
  send(text: string): boolean {
    this.sent.push(text);
    return true;
  }
  close(code: number): void {
    this.closedWith = code;
  }
  terminate(): void {
    this.end(LOST);
  }
  end(ending: Ending = LOST): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.listener.ended(ending);
  }
}
