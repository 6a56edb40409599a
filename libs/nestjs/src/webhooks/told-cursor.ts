import { type Clock, type Lead, LedgerError } from '@ws-hub/hub';

const CURSOR = 'cursor';
const WRITE_MS = 1_000;

/**
 * The position up to which messages were sent, in the ledger. It is written at most once a second, so up to a second of
 * messages is sent again after a restart.
 */
export class ToldCursor {
  private underWay: Promise<void> | undefined;
  private writtenMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly lead: Lead,
    private readonly clock: Clock,
  ) {}

  /** As text; undefined if there is none. */
  get value(): string | undefined {
    return this.lead.entries.get(CURSOR);
  }

  /** @param isLast writes it even if the last write was less than a second ago */
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
      // The next leader starts from the last written position, and sends some messages again.
    }
  }
}
