/** Half of what the client library queues for the hub, so that it never has to refuse a message. */
const MAX_MESSAGES = 500;
const MAX_BYTES = 2 ** 19;

/** Bounds what may wait for the hub's answers: input is read no faster than there is room. */
export class Room {
  private messages = 0;
  private bytes = 0;
  private isClosed = false;
  private waiting: (() => void)[] = [];

  get isEmpty(): boolean {
    return this.messages === 0;
  }

  /** Resolves when there is room for these bytes, or nothing else is inside; with false if the room is closed. */
  async enter(bytes: number): Promise<boolean> {
    while (!this.isClosed && !this.fits(bytes)) await this.nextChange();
    if (this.isClosed) return false;
    this.messages++;
    this.bytes += bytes;
    return true;
  }

  leave(bytes: number): void {
    this.messages--;
    this.bytes -= bytes;
    this.change();
  }

  /** Admits nothing from now on, not even what is waiting. */
  close(): void {
    this.isClosed = true;
    this.change();
  }

  /** Resolves when it is empty or closed. */
  async empty(): Promise<void> {
    while (!this.isEmpty && !this.isClosed) await this.nextChange();
  }

  private fits(bytes: number): boolean {
    return this.isEmpty || (this.messages < MAX_MESSAGES && this.bytes + bytes <= MAX_BYTES);
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private change(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
