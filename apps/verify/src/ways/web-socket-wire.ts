import { type Open, type Transport, wsTransport } from '@ws-hub/hub-client';

/** Controls a client's connection from below, without the client's knowledge. */
export class WebSocketWire {
  private transport: Transport | undefined;

  readonly open: Open = (url, protocols, listener) => {
    this.transport = wsTransport()(url, protocols, listener);
    return this.transport;
  };

  /** Stops reading, so that incoming data piles up on the way. */
  stall(): void {
    this.transport?.pause?.();
  }

  resume(): void {
    this.transport?.resume?.();
  }

  /** Drops the connection with everything in flight, in both directions. */
  cut(): void {
    this.transport?.terminate();
  }
}
