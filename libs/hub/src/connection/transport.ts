/**
 * What carries bytes to a client and back: a WebSocket, a response that stays open, an array in a test. The hub writes
 * what an encoder made for this kind of transport, so it knows nothing of frames.
 */
export interface Transport {
  /** Whether something may still be written: not after `close`, and not after the peer has begun to close. */
  readonly isOpen: boolean;
  /** Bytes that wait in this process because the kernel's buffers are full. */
  readonly queuedBytes: number;
  /** Bytes received since the connection began, of all kinds. */
  readonly bytesRead: number;
  /** Whether a peer answers when it is asked for a sign of life. */
  readonly answersProbes: boolean;
  /** Only while `isOpen`. */
  write(bytes: Buffer): void;
  /** The same for several buffers. @param written called when the kernel has taken all, or never will */
  writeAll(buffers: readonly Buffer[], written: () => void): void;
  /** Reads no more from the peer, so that TCP slows it down. */
  pause(): void;
  resume(): void;
  /** Asks the peer for a sign of life. */
  probe(): void;
  /** Ends in order, with a code of RFC 6455, section 7.4, and a reason that the peer may read. */
  close(code: number, reason: string): void;
  /** What still comes is read and dropped, so that what was written is not lost to a reset. */
  ignoreInput(): void;
  /** Cuts the connection without a word. */
  terminate(): void;
}
