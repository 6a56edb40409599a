/** Lines kept per pane. */
export const MAX_LINES = 200;

export type SayState = 'sending' | 'sent' | 'stored' | 'failed';

/** One sent or received line of a pane. */
export type TalkLine = { readonly seq: number; readonly at: number } & (
  | {
      readonly kind: 'heard';
      readonly who: string;
      readonly content: string;
      /** It was published while this client was disconnected. */
      readonly isReplay: boolean;
    }
  | {
      readonly kind: 'said';
      readonly content: string;
      readonly state: SayState;
      readonly why?: string | undefined;
    }
  | { readonly kind: 'note'; readonly content: string }
);

type NewLine = TalkLine extends infer Line
  ? Line extends TalkLine
    ? Omit<Line, 'seq' | 'at'>
    : never
  : never;

/** Sent and received lines of one pane, newest last. */
export class Talk {
  private lines: readonly TalkLine[] = [];
  private nextSeq = 1;

  constructor(private readonly onChange: () => void) {}

  get all(): readonly TalkLine[] {
    return this.lines;
  }

  /**
   * @param at Unix milliseconds
   * @returns the number of the line
   */
  add(line: NewLine, at = Date.now()): number {
    const seq = this.nextSeq++;
    this.lines = [...this.lines.slice(1 - MAX_LINES), { ...line, seq, at } as TalkLine];
    this.onChange();
    return seq;
  }

  /** What became of a sent line. */
  settle(seq: number, state: SayState, why?: string): void {
    this.lines = this.lines.map((line) =>
      line.seq === seq && line.kind === 'said' ? { ...line, state, why } : line,
    );
    this.onChange();
  }

  clear(): void {
    this.lines = [];
    this.onChange();
  }
}
