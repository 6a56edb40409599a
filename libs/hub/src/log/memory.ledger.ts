import { type Candidate, checkLedgerEntry, type Lead, Ledger, LedgerError } from './ledger.js';

/** The ledger of one hub, in memory: it leads at once, and everything ends with the process. */
export class MemoryLedger extends Ledger {
  readonly isShared = false;
  private readonly entries = new Map<string, string>();
  private candidate: Candidate | undefined;

  lead(candidate: Candidate): void {
    this.candidate = candidate;
    candidate.began(this.leadOf(() => this.candidate !== undefined));
  }

  async end(): Promise<void> {
    const { candidate } = this;
    this.candidate = undefined;
    candidate?.ended();
  }

  private leadOf(isHeld: () => boolean): Lead {
    const { entries } = this;
    return {
      entries,
      get isHeld() {
        return isHeld();
      },
      set: async (key, value) => {
        if (!isHeld()) throw new LedgerError('lost', 'the leadership was given up');
        checkLedgerEntry(entries, key, value);
        if (value === undefined) entries.delete(key);
        else entries.set(key, value);
      },
    };
  }
}
