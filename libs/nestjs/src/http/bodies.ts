import type { BodyBytes } from '../telemetry/http-metrics.js';
import { Problem, tryAgain } from './problem.js';

const MIB = 1024 * 1024;
const RETRY_AFTER_MS = 1_000;
/** Nearly all bodies are smaller than this. */
export const SMALL_BYTES = 64 * 1024;
/** Total bytes for the bodies of one kind in flight, and the share of one caller. */
const SMALL = { maxBytes: 8 * MIB, callerShare: 8 };
const LARGE = { maxBytes: 12 * MIB, callerShare: 3 };

/** The bodies of one kind in flight: from the headers of their requests until the response. */
class Pot {
  bytes = 0;
  private readonly ofCallers = new Map<object, number>();

  constructor(private readonly limits: typeof SMALL) {}

  take(caller: object, bytes: number): void {
    const { maxBytes, callerShare } = this.limits;
    const ofCaller = this.ofCallers.get(caller) ?? 0;
    // A single body larger than the share is accepted if it is the caller's only one.
    if (ofCaller > 0 && ofCaller + bytes > maxBytes / callerShare)
      throw tryAgain(503, 'too many request bodies from this client are in flight', RETRY_AFTER_MS, 'bodies');
    if (this.bytes > 0 && this.bytes + bytes > maxBytes)
      throw tryAgain(503, 'too many request bodies are in flight', RETRY_AFTER_MS, 'bodies');
    this.count(caller, bytes);
  }

  giveBack(caller: object, bytes: number): void {
    this.count(caller, -bytes);
  }

  private count(caller: object, change: number): void {
    this.bytes += change;
    const ofCaller = (this.ofCallers.get(caller) ?? 0) + change;
    if (ofCaller > 0) this.ofCallers.set(caller, ofCaller);
    else this.ofCallers.delete(caller);
  }
}

/** The sender of a body. */
export interface BodyOwner {
  /** The same object for all requests of a client. */
  readonly account: object;
  /** The API key of the request. */
  readonly keyId: string | undefined;
  /** Whether the request has a valid key or token. */
  readonly isKnown: boolean;
}

/**
 * Limits the memory of bodies to 60 MiB in total. Each body counts with its full length before any byte of it is read,
 * so a slow one keeps its room. Small bodies have room of their own, and so have holders of API keys, users and
 * anonymous callers: a few large or slow bodies, or anonymous traffic, cannot keep a backend from publishing.
 */
export class Bodies {
  private readonly ofKeys = pots();
  private readonly ofUsers = pots();
  private readonly ofStrangers = pots();

  /** Bytes in flight, by kind of sender. */
  get bytes(): BodyBytes {
    return {
      keys: bytesOf(this.ofKeys),
      users: bytesOf(this.ofUsers),
      strangers: bytesOf(this.ofStrangers),
    };
  }

  /** Reserves room for a body, before any byte of it is read. @throws Problem 503 */
  take(owner: BodyOwner, bytes: number): void {
    this.potOf(owner, bytes).take(owner.account, bytes);
  }

  /** Releases the room of a body. */
  giveBack(owner: BodyOwner, bytes: number): void {
    this.potOf(owner, bytes).giveBack(owner.account, bytes);
  }

  private potOf({ keyId, isKnown }: BodyOwner, bytes: number): Pot {
    const ofTokens = isKnown ? this.ofUsers : this.ofStrangers;
    const { small, large } = keyId === undefined ? ofTokens : this.ofKeys;
    return bytes <= SMALL_BYTES ? small : large;
  }
}

function bytesOf({ small, large }: ReturnType<typeof pots>): number {
  return small.bytes + large.bytes;
}

function pots(): { readonly small: Pot; readonly large: Pot } {
  return { small: new Pot(SMALL), large: new Pot(LARGE) };
}

/** @param maxBytes MAX_HTTP_BODY */
export function bodyTooLarge(maxBytes: number): Problem {
  return new Problem(413, `a body may have at most ${maxBytes} bytes`, { reason: 'body_size' });
}
