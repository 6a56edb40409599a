/** A queue of arrivals that a test waits for. It ends with a reason for those that still wait. */
export class Inbox<T> {
  private readonly items: T[] = [];
  private wake: (() => void) | undefined;
  private ended: string | undefined;

  push(item: T): void {
    this.items.push(item);
    this.wake?.();
  }

  /** Nothing more will arrive. */
  end(reason: string): void {
    this.ended = reason;
    this.wake?.();
  }

  /** Takes the next matching item and drops those before it. @throws Error if none can arrive any more */
  async next(fits: (item: T) => boolean = () => true): Promise<T> {
    for (;;) {
      const item = this.items.shift();
      if (item !== undefined && fits(item)) return item;
      if (item !== undefined) continue;
      if (this.ended !== undefined) throw new Error(`nothing more arrives: ${this.ended}`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Takes all that has arrived so far. */
  drain(): T[] {
    return this.items.splice(0);
  }
}
