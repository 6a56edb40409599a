/** Why a connection is over, or never came to be. */
export interface Ending {
  /** The close code (RFC 6455, section 7.4); 1006 if no close frame came. */
  readonly code: number;
  readonly reason: string;
  /** The answer to the upgrade, if it was refused in HTTP. */
  readonly httpStatus?: number;
  /** What a Retry-After header asked for. */
  readonly retryAfterMs?: number;
  /**
   * The handshake was answered, but with none of the subprotocols that were offered, and failed for it. A transport
   * that cannot tell why a handshake failed (a browser's) gives neither this nor `httpStatus` nor `error`.
   */
  readonly offerUnanswered?: boolean;
  /** What failed below WebSocket, if anything did. */
  readonly error?: Error;
}

/** What a transport knows of a connection that has opened. */
export interface Opened {
  /** The client's own id, where the transport can read the upgrade response. */
  readonly clientId: string | undefined;
  /** The subprotocol that the hub selected; empty if none. */
  readonly protocol: string;
}

/** What a transport tells of one connection, never from inside a call that is made to it. */
export interface TransportListener {
  opened(opened: Opened): void;
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
  /** Pings are answered unseen (in browsers), so that silence says nothing about a hub that speaks plain. */
  readonly hidesPings?: boolean;
  /** @returns false if the connection is not, or no longer, open; nothing was sent then */
  send(text: string): boolean;
  /** Ends the connection with a close handshake, or the attempt at it. */
  close(code: number, reason: string): void;
  /** Cuts the connection, for a peer that no longer answers. */
  terminate(): void;
  /** Reads no more until `resume`; what has arrived already may still be told. Only where the transport can. */
  pause?(): void;
  resume?(): void;
}

/**
 * Begins a connection; injected into the client, so that it runs on any WebSocket and is tested without one.
 *
 * @param protocols the subprotocols to offer; none if empty
 * @param token to be shown in the handshake; undefined if none is to be. Nothing that is told may have it in it
 */
export type Open = (
  url: string,
  protocols: readonly string[],
  listener: TransportListener,
  token?: string,
) => Transport;
