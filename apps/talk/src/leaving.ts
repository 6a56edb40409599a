/** Why a command ends before its work is done. */
export interface Reason {
  readonly exitCode: number;
  /** For stderr; empty if there is nothing to say. */
  readonly why: string;
}

/** The end of a command, which the user, the hub and the reader of its output can each bring about; the first counts. */
export class Leaving {
  reason: Reason | undefined;
  private readonly listeners: (() => void)[] = [];

  get hasBegun(): boolean {
    return this.reason !== undefined;
  }

  /** Ends the command; without effect if it is ending already. */
  begin(exitCode: number, why = ''): void {
    if (this.hasBegun) return;
    this.reason = { exitCode, why };
    for (const listener of this.listeners) listener();
  }

  /** Calls the listener once when the command is to end, or immediately if it is ending already. */
  onBegin(listener: () => void): void {
    if (this.hasBegun) listener();
    else this.listeners.push(listener);
  }
}
