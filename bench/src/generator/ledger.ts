/**
 * The messages of one receiver, by publisher: each message must arrive once, and each publisher's messages in order. A
 * receiver that publishes must not receive its own messages; these count as duplicates.
 */
export class Ledger {
  /** Everything that arrived, including what should not have. */
  received = 0;
  duplicates = 0;
  outOfOrder = 0;
  private readonly next: Uint32Array;
  /** Skipped numbers that may still arrive; only for publishers with a gap. */
  private readonly missing = new Map<number, Set<number>>();

  constructor(
    private readonly talkers: number,
    private readonly self = -1,
  ) {
    this.next = new Uint32Array(talkers);
  }

  note(talker: number, sequence: number): void {
    this.received++;
    const expected = this.next[talker] as number;
    if (sequence === expected && talker !== this.self) this.next[talker] = sequence + 1;
    else this.noteUnexpected(talker, sequence, expected);
  }

  /** Messages that have not arrived, of `sent[talker]` that were sent. */
  lost(sent: ArrayLike<number>): number {
    let lost = 0;
    for (let talker = 0; talker < this.talkers; talker++) {
      if (talker === this.self) continue;
      lost +=
        (sent[talker] as number) - (this.next[talker] as number) + (this.missing.get(talker)?.size ?? 0);
    }
    return lost;
  }

  clone(): Ledger {
    const copy = new Ledger(this.talkers, this.self);
    copy.received = this.received;
    copy.duplicates = this.duplicates;
    copy.outOfOrder = this.outOfOrder;
    copy.next.set(this.next);
    for (const [talker, numbers] of this.missing) copy.missing.set(talker, new Set(numbers));
    return copy;
  }

  private noteUnexpected(talker: number, sequence: number, expected: number): void {
    if (talker === this.self) this.duplicates++;
    else if (sequence > expected) this.skip(talker, expected, sequence);
    else if (this.missing.get(talker)?.delete(sequence)) this.outOfOrder++;
    else this.duplicates++;
  }

  private skip(talker: number, from: number, to: number): void {
    const numbers = this.missing.get(talker) ?? new Set();
    this.missing.set(talker, numbers);
    for (let number = from; number < to; number++) numbers.add(number);
    this.next[talker] = to + 1;
  }
}
