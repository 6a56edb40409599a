/**
 * Carries bytes to a client and back: a WebSocket, a response that stays open, an array in a test. The hub writes what
 * an encoder made for this kind of transport, so it knows nothing about frames.
 */
export interface Transport {
  /** Whether it can be written to: not after `close`, and not after the peer has started to close. */
  readonly isOpen: boolean;
  /** Bytes buffered in this process because the kernel's buffers are full. */
  readonly queuedBytes: number;
  /** Bytes received since the connection began, of all kinds. */
  readonly bytesRead: number;
  /** Whether a peer answers pings. */
  readonly answersProbes: boolean;
  /** Only while `isOpen`. */
  write(bytes: Buffer): void;
  /** Writes several buffers. @param written called when the kernel has accepted all of them, or never will */
  writeAll(buffers: readonly Buffer[], written: () => void): void;
  /** Stops reading from the peer, so that TCP slows it down. */
  pause(): void;
  resume(): void;
  /** Sends a ping. */
  probe(): void;
  /** Closes with a code of RFC 6455, section 7.4, and a reason that the peer may read. */
  close(code: number, reason: string): void;
  /** Further input is read and dropped, so that a reset cannot lose what was written. */
  ignoreInput(): void;
  /** Ends the connection without a close frame. */
  terminate(): void;
}
