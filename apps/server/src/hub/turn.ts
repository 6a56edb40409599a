/** The bytes of a turn that one connection does not get, as pairs of start and end, and how many messages they are. */
interface Withheld {
  readonly ranges: number[];
  messages: number;
}

/**
 * What was said on a channel since its last flush: the frames in their order, and who is not to get which of them.
 *
 * Nearly every connection gets all of it and shares the same bytes. The exceptions are those that spoke (not their
 * own messages) and those that joined meanwhile (nothing from before they came).
 */
export class Turn<Member extends object> {
  private frames: Buffer[] = [];
  private readonly withheld = new Map<Member, Withheld>();
  private length = 0;
  private joined: Buffer | undefined;

  get messages(): number {
    return this.frames.length;
  }

  /** Length of all frames in bytes. */
  get bytes(): number {
    return this.length;
  }

  /** Adds a message of `sender`, who will not get it. */
  add(frame: Buffer, sender: Member): void {
    const start = this.length;
    this.frames.push(frame);
    this.length += frame.length;
    this.joined = undefined;
    this.withhold(sender, start, 1);
  }

  /** Withholds all that has been said so far from one that was not there. */
  skipSoFar(newcomer: Member): void {
    this.withhold(newcomer, 0, this.messages);
  }

  /** How many of the messages `member` gets. */
  messagesFor(member: Member): number {
    return this.messages - (this.withheld.get(member)?.messages ?? 0);
  }

  /** The bytes for `member`: for all but the exceptions the very same buffer. */
  bytesFor(member: Member): Buffer {
    const all = this.all();
    const withheld = this.withheld.get(member);
    return withheld === undefined ? all : without(all, withheld.ranges);
  }

  clear(): void {
    this.frames = [];
    this.length = 0;
    this.joined = undefined;
    this.withheld.clear();
  }

  private all(): Buffer {
    this.joined ??=
      this.frames.length === 1 ? (this.frames[0] as Buffer) : Buffer.concat(this.frames, this.length);
    return this.joined;
  }

  private withhold(member: Member, start: number, messages: number): void {
    const before = this.withheld.get(member);
    if (before === undefined) {
      this.withheld.set(member, { ranges: [start, this.length], messages });
      return;
    }
    before.messages += messages;
    if (before.ranges.at(-1) === start) before.ranges[before.ranges.length - 1] = this.length;
    else before.ranges.push(start, this.length);
  }
}

/** `bytes` without the ranges, which are pairs of start and end in ascending order. */
function without(bytes: Buffer, ranges: readonly number[]): Buffer {
  const kept: Buffer[] = [];
  let end = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    if (end < (ranges[at] as number)) kept.push(bytes.subarray(end, ranges[at]));
    end = ranges[at + 1] as number;
  }
  if (end < bytes.length) kept.push(bytes.subarray(end));
  // One piece needs no copy.
  return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
}
