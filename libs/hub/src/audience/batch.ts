/** What one identity gets instead of a part of the batch: nothing for its own messages, or acks in their place. */
interface Substitution {
  readonly start: number;
  end: number;
  messages: number;
  readonly instead: Buffer[];
  readonly order: number;
}

/** The state of the batch when a member joined. */
interface JoinPoint {
  readonly bytes: number;
  readonly messages: number;
  readonly order: number;
}

/**
 * The messages for an audience since its last flush: the frames in order, and the exceptions.
 *
 * Nearly every member gets all of it and shares the same bytes. The exceptions are identities that published (no own
 * messages, but acks) and members that joined in between (nothing from before).
 */
export class Batch<Identity extends object, Member extends object> {
  private frames: Buffer[] = [];
  private readonly substitutions = new Map<Identity, Substitution[]>();
  private readonly joinPoints = new Map<Member, JoinPoint>();
  private length = 0;
  private insteadBytes = 0;
  private joined: Buffer | undefined;
  /** Counts events: byte offsets alone cannot tell an ack before a member joined from one after. */
  private order = 0;
  private lastJoin = 0;

  get messages(): number {
    return this.frames.length;
  }

  /** Bytes of everything that waits: the frames for all, and the substitutions. */
  get bytes(): number {
    return this.length + this.insteadBytes;
  }

  get isEmpty(): boolean {
    return this.frames.length === 0 && this.substitutions.size === 0;
  }

  /** The identities with substitutions. */
  get exceptions(): Iterable<Identity> {
    return this.substitutions.keys();
  }

  /** Adds a message. `sender` gets `instead`, if given, and not the message. */
  add(frame: Buffer, sender: Identity | undefined, instead?: Buffer): void {
    const start = this.length;
    this.frames.push(frame);
    this.length += frame.length;
    this.joined = undefined;
    if (sender !== undefined) this.except(sender, start, 1, instead);
  }

  /** Adds a frame for one identity alone. */
  addFor(identity: Identity, frame: Buffer): void {
    this.except(identity, this.length, 0, frame);
  }

  /** Withholds everything so far from a member: it was not there, or has it already. */
  joinHere(member: Member): void {
    this.lastJoin = ++this.order;
    this.joinPoints.set(member, { bytes: this.length, messages: this.messages, order: this.lastJoin });
  }

  /** How many of the messages a member gets. */
  messagesFor(identity: Identity, member: Member): number {
    const start = this.joinPointOf(member);
    let messages = this.messages - start.messages;
    for (const substitution of this.substitutions.get(identity) ?? NONE) {
      if (substitution.order > start.order) messages -= substitution.messages;
    }
    return messages;
  }

  /** The bytes for a member. Without exceptions it is the very same buffer for all. */
  bytesFor(identity: Identity, member: Member): Buffer {
    const own = this.substitutions.get(identity);
    const start = this.joinPointOf(member);
    if (own === undefined) return start.bytes === 0 ? this.all() : this.all().subarray(start.bytes);
    return assemble(this.all(), start, own);
  }

  clear(): void {
    this.frames = [];
    this.length = this.insteadBytes = 0;
    this.joined = undefined;
    this.substitutions.clear();
    this.joinPoints.clear();
    this.order = this.lastJoin = 0;
  }

  private joinPointOf(member: Member): JoinPoint {
    return this.joinPoints.size === 0 ? BEGINNING : (this.joinPoints.get(member) ?? BEGINNING);
  }

  private all(): Buffer {
    this.joined ??=
      this.frames.length === 1 ? (this.frames[0] as Buffer) : Buffer.concat(this.frames, this.length);
    return this.joined;
  }

  private except(identity: Identity, start: number, messages: number, instead: Buffer | undefined): void {
    const substitutions = this.substitutions.get(identity);
    const last = substitutions?.at(-1);
    this.insteadBytes += instead?.length ?? 0;
    const order = ++this.order;
    // Not across the place where a member joined, which gets only the later part.
    if (last !== undefined && last.end === start && last.order > this.lastJoin) {
      last.end = this.length;
      last.messages += messages;
      if (instead !== undefined) last.instead.push(instead);
      return;
    }
    const substitution = {
      start,
      end: this.length,
      messages,
      instead: instead === undefined ? [] : [instead],
      order,
    };
    if (substitutions === undefined) this.substitutions.set(identity, [substitution]);
    else substitutions.push(substitution);
  }
}

const NONE: readonly Substitution[] = [];
const BEGINNING: JoinPoint = { bytes: 0, messages: 0, order: 0 };

/** `bytes` from `start` on, with substitutions applied. Those from before `start` are ignored. */
function assemble(bytes: Buffer, start: JoinPoint, substitutions: readonly Substitution[]): Buffer {
  const kept: Buffer[] = [];
  let at = start.bytes;
  for (const substitution of substitutions) {
    if (substitution.order < start.order) continue;
    if (at < substitution.start) kept.push(bytes.subarray(at, substitution.start));
    for (const frame of substitution.instead) kept.push(frame);
    at = substitution.end;
  }
  if (at < bytes.length) kept.push(bytes.subarray(at));
  // One substitution needs no copy.
  return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
}
