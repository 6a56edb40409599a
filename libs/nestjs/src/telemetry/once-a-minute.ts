import { AddressRates } from '../gateway/address-rates.js';

const ONCE_PER_MS = 60_000;
const MAX_NAMES = 10_000;
/** For all names together: a client with a million names causes no more lines than this. */
const MAX_LINES_PER_SECOND = 20;

/** Allows a line once per minute per name, so that a flood of events does not become a flood of lines. */
export class OnceAMinute {
  /** When each name was last logged, in that order, so that the oldest can be evicted. */
  private readonly told = new Map<string, number>();
  private readonly lines = new AddressRates(MAX_LINES_PER_SECOND);

  /** @param nowMs monotonic time @returns whether to log now; if so, it counts as logged */
  isDue(name: string, nowMs: number): boolean {
    const toldMs = this.told.get(name);
    if (toldMs !== undefined && nowMs - toldMs < ONCE_PER_MS) return false;
    if (!this.lines.take('', nowMs)) return false;
    this.told.delete(name);
    this.told.set(name, nowMs);
    if (this.told.size > MAX_NAMES) this.forgetOldest();
    return true;
  }

  private forgetOldest(): void {
    const [oldest] = this.told.keys();
    if (oldest !== undefined) this.told.delete(oldest);
  }
}
