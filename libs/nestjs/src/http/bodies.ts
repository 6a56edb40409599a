import { Problem, tryAgain } from './problem.js';

/** Bytes of all bodies that are under way: from the headers of their requests until these are answered. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Of one caller, as a part of that. */
const CALLER_SHARE = 4;
const RETRY_AFTER_MS = 1_000;

/** Bounds what bodies take in memory: each counts with its whole length before any byte of it is read. */
export class Bodies {
  private bytes = 0;
  private readonly ofCallers = new Map<object, number>();

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /**
   * Makes room for a body.
   *
   * @param caller whose it is: the same object for all requests of a client
   * @returns gives the room back, to be called once
   * @throws Problem 503
   */
  take(caller: object, bytes: number): () => void {
    const ofCaller = this.ofCallers.get(caller) ?? 0;
    // Also a body that is larger than the share by itself is let in, alone.
    if (ofCaller > 0 && ofCaller + bytes > this.maxBytes / CALLER_SHARE)
      throw tryAgain(503, 'too many bodies of this client are under way', RETRY_AFTER_MS, 'bodies');
    if (this.bytes > 0 && this.bytes + bytes > this.maxBytes)
      throw tryAgain(503, 'too many bodies are under way', RETRY_AFTER_MS, 'bodies');
    this.count(caller, bytes);
    return () => this.count(caller, -bytes);
  }

  private count(caller: object, change: number): void {
    this.bytes += change;
    const ofCaller = (this.ofCallers.get(caller) ?? 0) + change;
    if (ofCaller > 0) this.ofCallers.set(caller, ofCaller);
    else this.ofCallers.delete(caller);
  }
}

/** @param maxBytes MAX_HTTP_BODY */
export function bodyTooLarge(maxBytes: number): Problem {
  return new Problem(413, `a body may have ${maxBytes} bytes`, { reason: 'body_size' });
}
