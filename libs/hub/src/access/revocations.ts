import { MAX_NOTICES } from '../log/notice.js';
import type { Clock } from '../time/clock.js';
import type { Access } from './access.js';

/** Which tokens count no more: those of a user, the one of a name, or all, if they were issued before a moment. */
export interface Revocation {
  /** All tokens of this user. */
  readonly user?: string | undefined;
  /** The token of this name (claim `jti`), whenever it was issued. */
  readonly tokenId?: string | undefined;
  /** Unix seconds; a token that does not say when it was issued counts as older. */
  readonly issuedBeforeS: number;
  /** Unix milliseconds: by then the tokens that it means have expired. */
  readonly untilMs: number;
}

/** What it is kept under: of two with the same name the later one says it all. */
export function nameOf({ user, tokenId }: Pick<Revocation, 'user' | 'tokenId'>): string {
  if (tokenId !== undefined) return `token:${tokenId}`;
  return user === undefined ? 'all' : `user:${user}`;
}

/** So many that have ended are looked for with each that comes. */
const LOOKS = 2;

/** The revocations that are in force; how many there may be is the log's to say, which keeps them. */
export class Revocations {
  private readonly known = new Map<string, Revocation>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.known.size;
  }

  /** Puts one into force. One that came before is not weakened by it. @returns whether it says more than that one */
  add(revocation: Revocation): boolean {
    this.forgetEnded();
    const name = nameOf(revocation);
    const known = this.known.get(name);
    const merged = strongest(known, revocation);
    this.known.delete(name);
    this.known.set(name, merged);
    return known?.issuedBeforeS !== merged.issuedBeforeS || known.untilMs !== merged.untilMs;
  }

  /** Whether one that is in force under the same name says more. */
  isStrongerThan(revocation: Revocation): boolean {
    const { issuedBeforeS, untilMs } = this.merged(revocation);
    return issuedBeforeS > revocation.issuedBeforeS || untilMs > revocation.untilMs;
  }

  /** The one that is in force under the same name together with this one. */
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

  /** Whether one more can be kept: none that is in force is forgotten for it. */
  hasRoomFor(revocation: Revocation): boolean {
    if (this.known.size < MAX_NOTICES || this.known.has(nameOf(revocation))) return true;
    this.forgetEnded(this.known.size);
    return this.known.size < MAX_NOTICES;
  }

  /** Oldest first: those that came long ago have ended, as a rule. */
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
