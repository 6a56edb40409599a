/** What became of a message that was given to `publish`. */
export type Fate = 'pending' | 'acked' | 'unknown' | 'refused';

/** A message of the test, as its sender knows it. */
export interface Said {
  readonly sender: number;
  readonly saidAtMs: number;
  fate: Fate;
  /** Its position in the hub's log, if the hub reported one. */
  id: string | undefined;
}

/** Enough to see whether a message was in flight to a client at the moment of a cut. */
const RECENT = 200;

/** A message, when it was first known to have come out of the hub. */
interface Seen {
  readonly number: number;
  readonly atMs: number;
}

/** All messages by number, and what the hub reported of each. */
export class Ledger {
  readonly said: Said[] = [];
  /** How often a message was reported at two positions of the log. */
  misplaced = 0;
  /** How many were acknowledged as stored before: they were sent again. */
  repeated = 0;
  /** When something was last received or answered, in ms. */
  lastNewsMs = 0;
  private readonly seen = new Set<number>();
  private recent: Seen[] = [];

  constructor(private readonly now: () => number) {}

  /** @returns the number of the new message */
  say(sender: number): number {
    return this.said.push({ sender, saidAtMs: this.now(), fate: 'pending', id: undefined }) - 1;
  }

  settle(number: number, fate: Fate, id?: string): void {
    const said = this.said[number] as Said;
    said.fate = fate;
    this.see(number, id);
  }

  /** A client has received it. @returns how long that took, in ms */
  hear(number: number, id: string | undefined): number {
    this.see(number, id);
    return this.lastNewsMs - (this.said[number] as Said).saidAtMs;
  }

  count(fate: Fate): number {
    return this.said.filter((each) => each.fate === fate).length;
  }

  /** Recent messages that the hub has delivered or acknowledged since then. */
  since(ms: number): readonly number[] {
    return this.recent.filter(({ atMs }) => atMs >= ms).map(({ number }) => number);
  }

  private see(number: number, id: string | undefined): void {
    const said = this.said[number] as Said;
    this.lastNewsMs = this.now();
    if (id !== undefined && said.id !== undefined && said.id !== id) this.misplaced++;
    said.id ??= id;
    if (id === undefined || this.seen.has(number)) return;
    this.seen.add(number);
    this.recent.push({ number, atMs: this.lastNewsMs });
    if (this.recent.length > RECENT) this.recent = this.recent.slice(-RECENT / 2);
  }
}
