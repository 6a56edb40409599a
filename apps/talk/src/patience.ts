/** Runs out after a time in which something was due and nothing came. */
export class Patience {
  private timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs 0 = never */
  constructor(
    private readonly timeoutMs: number,
    private readonly isDue: () => boolean,
    private readonly onSpent: () => void,
  ) {}

  /** Something is due now; what was due before keeps its time. */
  expect(): void {
    if (this.timeoutMs > 0) this.timer ??= setTimeout(this.onSpent, this.timeoutMs);
  }

  /** Something has come: what is still due has the whole time again. */
  progress(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.isDue()) this.expect();
  }
}
