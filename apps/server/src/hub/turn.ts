/** What one identity gets in place of a part of the turn: its own messages left out, or its acks in their places. */
interface Piece {
  readonly start: number;
  end: number;
  messages: number;
  readonly instead: Buffer[];
  readonly order: number;
}

/** Where the turn stood when somebody came. */
interface Start {
  readonly bytes: number;
  readonly messages: number;
  readonly order: number;
}

/**
 * What was said to an audience since its last flush: the frames in their order, and who is not to get which of them.
 *
 * Nearly every member gets all of it and shares the same bytes. The exceptions are identities that spoke (not their own
 * messages, but their acks) and members that came meanwhile (nothing from before).
 */
export class Turn<Identity extends object, Member extends object> {
  private frames: Buffer[] = [];
  private readonly pieces = new Map<Identity, Piece[]>();
  private readonly starts = new Map<Member, Start>();
  private length = 0;
  private insteadBytes = 0;
  private joined: Buffer | undefined;
  /** Counts what happens: bytes alone do not tell an ack from before somebody came from one after. */
  private order = 0;
  private lastStart = 0;

  get messages(): number {
    return this.frames.length;
  }

  /** Bytes of all that waits: the frames for all, and what single identities get in their place. */
  get bytes(): number {
    return this.length + this.insteadBytes;
  }

  get isEmpty(): boolean {
    return this.frames.length === 0 && this.pieces.size === 0;
  }

  /** Who gets something else than the others. */
  get exceptions(): Iterable<Identity> {
    return this.pieces.keys();
  }

  /** Adds a message. `sender` does not get it, but `instead`, if that is given. */
  add(frame: Buffer, sender: Identity | undefined, instead?: Buffer): void {
    const start = this.length;
    this.frames.push(frame);
    this.length += frame.length;
    this.joined = undefined;
    if (sender !== undefined) this.except(sender, start, 1, instead);
  }

  /** Adds something for one identity alone. */
  addFor(identity: Identity, frame: Buffer): void {
    this.except(identity, this.length, 0, frame);
  }

  /** Withholds all that has been said so far from a member: it was not there, or has it already. */
  startHere(member: Member): void {
    this.lastStart = ++this.order;
    this.starts.set(member, { bytes: this.length, messages: this.messages, order: this.lastStart });
  }

  /** How many of the messages a member gets. */
  messagesFor(identity: Identity, member: Member): number {
    const start = this.startOf(member);
    let messages = this.messages - start.messages;
    for (const piece of this.pieces.get(identity) ?? NONE) {
      if (piece.order > start.order) messages -= piece.messages;
    }
    return messages;
  }

  /** The bytes for a member: for all but the exceptions the very same buffer. */
  bytesFor(identity: Identity, member: Member): Buffer {
    const own = this.pieces.get(identity);
    const start = this.startOf(member);
    if (own === undefined) return start.bytes === 0 ? this.all() : this.all().subarray(start.bytes);
    return assemble(this.all(), start, own);
  }

  clear(): void {
    this.frames = [];
    this.length = this.insteadBytes = 0;
    this.joined = undefined;
    this.pieces.clear();
    this.starts.clear();
    this.order = this.lastStart = 0;
  }

  private startOf(member: Member): Start {
    return this.starts.size === 0 ? BEGINNING : (this.starts.get(member) ?? BEGINNING);
  }

  private all(): Buffer {
    this.joined ??=
      this.frames.length === 1 ? (this.frames[0] as Buffer) : Buffer.concat(this.frames, this.length);
    return this.joined;
  }

  private except(identity: Identity, start: number, messages: number, instead: Buffer | undefined): void {
    const pieces = this.pieces.get(identity);
    const last = pieces?.at(-1);
    this.insteadBytes += instead?.length ?? 0;
    const order = ++this.order;
    // Not across the place where somebody came, who gets the one part and not the other.
    if (last !== undefined && last.end === start && last.order > this.lastStart) {
      last.end = this.length;
      last.messages += messages;
      if (instead !== undefined) last.instead.push(instead);
      return;
    }
    const piece = {
      start,
      end: this.length,
      messages,
      instead: instead === undefined ? [] : [instead],
      order,
    };
    if (pieces === undefined) this.pieces.set(identity, [piece]);
    else pieces.push(piece);
  }
}

const NONE: readonly Piece[] = [];
const BEGINNING: Start = { bytes: 0, messages: 0, order: 0 };

/** `bytes` from `start` on, with each piece replaced; pieces from before `start` are no longer wanted. */
function assemble(bytes: Buffer, start: Start, pieces: readonly Piece[]): Buffer {
  const kept: Buffer[] = [];
  let at = start.bytes;
  for (const piece of pieces) {
    if (piece.order < start.order) continue;
    if (at < piece.start) kept.push(bytes.subarray(at, piece.start));
    for (const frame of piece.instead) kept.push(frame);
    at = piece.end;
  }
  if (at < bytes.length) kept.push(bytes.subarray(at));
  // One piece needs no copy.
  return kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
}
