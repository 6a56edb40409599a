/** Why a connection is over, or never came to be. */
export interface Ending {
  /** The close code (RFC 6455, section 7.4); 1006 if no close frame came. */
  readonly code: number;
  readonly reason: string;
  /** The answer to the upgrade, if it was refused in HTTP. */
  readonly httpStatus?: number;
  /** What a Retry-After header asked for. */
  readonly retryAfterMs?: number;
  /** What failed below WebSocket, if anything did. */
  readonly error?: Error;
}

/** What a transport tells of one connection, never from inside a call that is made to it. */
export interface TransportListener {
  /** @param clientId the client's own id, where the transport can read the upgrade response */
  opened(clientId: string | undefined): void;
  received(text: string): void;
  /** The hub sends text only, so this is somebody's mistake. */
  receivedBinary(bytes: number): void;
  /** Any byte has arrived, of whatever kind of frame. */
  alive(): void;
  /** Told once, whether or not the connection was ever open; nothing is told after it. */
  ended(ending: Ending): void;
}

/** One connection, or the attempt at one. */
export interface Transport {
  /** @returns false if the connection is not, or no longer, open; nothing was sent then */
  send(text: string): boolean;
  /** Ends the connection with a close handshake, or the attempt at it. */
  close(code: number, reason: string): void;
  /** Cuts the connection, for a peer that no longer answers. */
  terminate(): void;
}

/** Begins a connection; injected into the client, so that it runs on any WebSocket and is tested without one. */
export type Open = (url: string, listener: TransportListener) => Transport;
