/** Runs out when something was due and nothing arrived for a time. */
export class Patience {
  private timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs 0 = never */
  constructor(
    private readonly timeoutMs: number,
    private readonly isDue: () => boolean,
    private readonly onSpent: () => void,
  ) {}

  /** Something is due now; an earlier deadline stays. */
  expect(): void {
    if (this.timeoutMs > 0) this.timer ??= setTimeout(this.onSpent, this.timeoutMs);
  }

  /** Something has arrived: whatever is still due gets the whole time again. */
  progress(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isDue()) this.expect();
  }
}
