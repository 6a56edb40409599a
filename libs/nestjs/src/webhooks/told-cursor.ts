import { type Clock, type Lead, LedgerError } from '@ws-hub/hub';

const CURSOR = 'cursor';
const WRITE_MS = 1_000;

/** Up to where messages were told, in the ledger: written at most once a second, so as much is told again after a restart. */
export class ToldCursor {
  private underWay: Promise<void> | undefined;
  private writtenMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly lead: Lead,
    private readonly clock: Clock,
  ) {}

  /** As text; undefined if none was ever told. */
  get value(): string | undefined {
    return this.lead.entries.get(CURSOR);
  }

  /** @param isLast writes it whenever it was written before */
  async move(cursor: string, isLast = false): Promise<void> {
    if (isLast) await this.underWay;
    const nowMs = this.clock.monotonicMs();
    const isSoon = this.underWay !== undefined || nowMs - this.writtenMs < WRITE_MS;
    if (cursor === this.value || (isSoon && !isLast)) return;
    this.writtenMs = nowMs;
    this.underWay = this.write(cursor).finally(() => {
      this.underWay = undefined;
    });
    await this.underWay;
  }

  private async write(cursor: string): Promise<void> {
    try {
      await this.lead.set(CURSOR, cursor);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      // Whoever leads next begins where it was written last, and tells some again.
    }
  }
}
