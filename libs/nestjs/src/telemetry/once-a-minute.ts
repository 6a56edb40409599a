import { AddressRates } from '../gateway/address-rates.js';

const ONCE_PER_MS = 60_000;
const MAX_NAMES = 10_000;
/** Of all names together: whoever has a million of them writes no more than this. */
const MAX_LINES_PER_SECOND = 20;

/** Says of what a line is due: of each name once a minute, so that a flood does not become a flood of lines. */
export class OnceAMinute {
  /** When each was last told of; in that order, so that the oldest can make room. */
  private readonly told = new Map<string, number>();
  private readonly lines = new AddressRates(MAX_LINES_PER_SECOND);

  /** @param nowMs monotonic time @returns true also counts it as told */
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
