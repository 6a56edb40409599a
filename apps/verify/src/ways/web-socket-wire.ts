import { type Open, type Transport, wsTransport } from '@ws-hub/hub-client';

/** The grip on a client's connection, below the client, which knows nothing of it. */
export class WebSocketWire {
  private transport: Transport | undefined;

  readonly open: Open = (url, protocols, listener) => {
    this.transport = wsTransport()(url, protocols, listener);
    return this.transport;
  };

  /** Reads nothing any more, so that what comes piles up on the way. */
  stall(): void {
    this.transport?.pause?.();
  }

  resume(): void {
    this.transport?.resume?.();
  }

  /** Drops the connection together with all that is on its way, in both directions. */
  cut(): void {
    this.transport?.terminate();
  }
}
