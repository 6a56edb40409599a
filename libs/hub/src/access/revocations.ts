import { MAX_NOTICES } from '../log/notice.js';
import type { Clock } from '../time/clock.js';
import type { Access } from './access.js';

/** Revokes tokens: all of a user, one by its id, or all tokens, if they were issued before a moment. */
export interface Revocation {
  /** All tokens of this user. */
  readonly user?: string | undefined;
  /** The token with this id (claim `jti`), whenever it was issued. */
  readonly tokenId?: string | undefined;
  /** Unix seconds. A token without an issue time counts as older. */
  readonly issuedBeforeS: number;
  /** Unix milliseconds. By then the revoked tokens have expired. */
  readonly untilMs: number;
}

/** The key that it is stored under: a later revocation with the same name replaces an earlier one. */
export function nameOf({ user, tokenId }: Pick<Revocation, 'user' | 'tokenId'>): string {
  if (tokenId !== undefined) return `token:${tokenId}`;
  return user === undefined ? 'all' : `user:${user}`;
}

/** How many expired revocations are looked for with each new one. */
const LOOKS = 2;

/** The revocations in force. The log, which stores them, limits their number. */
export class Revocations {
  private readonly known = new Map<string, Revocation>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.known.size;
  }

  /** Puts a revocation into force. It never weakens an earlier one. @returns whether it is stronger than the earlier one */
  add(revocation: Revocation): boolean {
    this.forgetEnded();
    const name = nameOf(revocation);
    const known = this.known.get(name);
    const merged = strongest(known, revocation);
    this.known.delete(name);
    this.known.set(name, merged);
    return known?.issuedBeforeS !== merged.issuedBeforeS || known.untilMs !== merged.untilMs;
  }

  /** Whether the one in force under the same name is stronger. */
  isStrongerThan(revocation: Revocation): boolean {
    const { issuedBeforeS, untilMs } = this.merged(revocation);
    return issuedBeforeS > revocation.issuedBeforeS || untilMs > revocation.untilMs;
  }

  /** The revocation combined with the one in force under the same name. */
  merged(revocation: Revocation): Revocation {
    return strongest(this.known.get(nameOf(revocation)), revocation);
  }

  isRevoked(access: Access): boolean {
    if (this.known.size === 0 || !access.isOfToken) return false;
    const { user, tokenId, issuedAtS = 0 } = access;
    if (tokenId !== undefined && this.known.has(nameOf({ tokenId }))) return true;
    const before = Math.max(
      this.known.get(nameOf({}))?.issuedBeforeS ?? 0,
      user === undefined ? 0 : (this.known.get(nameOf({ user }))?.issuedBeforeS ?? 0),
    );
    return issuedAtS < before;
  }

  /** Whether another one can be kept: none in force is forgotten to make room. */
  hasRoomFor(revocation: Revocation): boolean {
    if (this.known.size < MAX_NOTICES || this.known.has(nameOf(revocation))) return true;
    this.forgetEnded(this.known.size);
    return this.known.size < MAX_NOTICES;
  }

  /** Oldest first: old ones have usually expired. */
  private forgetEnded(most = LOOKS): void {
    const nowMs = this.clock.unixMs();
    let looks = most;
    for (const [name, { untilMs }] of this.known) {
      if (looks-- === 0) return;
      if (untilMs <= nowMs) this.known.delete(name);
    }
  }
}

function strongest(known: Revocation | undefined, fresh: Revocation): Revocation {
  if (known === undefined) return fresh;
  return {
    ...fresh,
    issuedBeforeS: Math.max(known.issuedBeforeS, fresh.issuedBeforeS),
    untilMs: Math.max(known.untilMs, fresh.untilMs),
  };
}
