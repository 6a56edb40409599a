/** Why a connection has ended, or was never established. */
export interface Ending {
  /** The close code (RFC 6455, section 7.4); 1006 if there was no close frame. */
  readonly code: number;
  readonly reason: string;
  /** The HTTP status if the upgrade was rejected. */
  readonly httpStatus?: number;
  /** The value of a Retry-After header, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * The handshake was answered without any of the offered subprotocols, and failed because of that. A transport that
   * cannot tell why a handshake failed (a browser's) sets neither this nor `httpStatus` nor `error`.
   */
  readonly offerUnanswered?: boolean;
  /** An error below the WebSocket layer, if there was one. */
  readonly error?: Error;
}

/** What a transport knows about an open connection. */
export interface Opened {
  /** The client's own id, if the transport can read the upgrade response. */
  readonly clientId: string | undefined;
  /** The subprotocol that the hub selected; empty if none. */
  readonly protocol: string;
}

/** Callbacks of a transport for one connection. They are never called from inside a call to the transport. */
export interface TransportListener {
  opened(opened: Opened): void;
  received(text: string): void;
  /** The hub sends text only, so this is an error. */
  receivedBinary(bytes: number): void;
  /** A byte has arrived, in a frame of any kind. */
  alive(): void;
  /** Called once, whether or not the connection was ever open. It is the last callback. */
  ended(ending: Ending): void;
}

/** One connection, or the attempt at one. */
export interface Transport {
  /** Pings are answered invisibly (in browsers), so silence says nothing about a plain hub. */
  readonly hidesPings?: boolean;
  /** @returns false if the connection is not, or no longer, open; nothing was sent then */
  send(text: string): boolean;
  /** Closes the connection with a close handshake, or aborts the attempt. */
  close(code: number, reason: string): void;
  /** Ends the connection without a close handshake, for a peer that no longer answers. */
  terminate(): void;
  /** Pauses reading until `resume`; data that has already arrived may still be delivered. Optional. */
  pause?(): void;
  resume?(): void;
}

/**
 * Opens a connection. Injected into the client, so that it runs on any WebSocket and is tested without one.
 *
 * @param protocols the subprotocols to offer; none if empty
 * @param token for the handshake; undefined for none. No callback may contain it
 * @returns the transport of the connection
 */
export type Open = (
  url: string,
  protocols: readonly string[],
  listener: TransportListener,
  token?: string,
) => Transport;
