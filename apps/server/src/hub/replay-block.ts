import type { Entry } from '../log/message-log.js';
import { EntryFrames } from './entry-frames.js';

/** Who replays, and what it is to hear. */
export interface Wanted {
  readonly clientId: string;
  readonly channels: ReadonlySet<string>;
}

/** To write more of them costs more than to copy their bytes into one. */
const MAX_SLICES = 16;

/** A part of a replay: bytes to write, one after the other. */
export class Part {
  readonly slices: Buffer[] = [];
  bytes = 0;
  messages = 0;

  /** @param max bytes; more are taken only to finish the message that goes beyond */
  constructor(private readonly max: number) {}

  isFullWith(more: number): boolean {
    return this.bytes + more >= this.max;
  }

  add(slice: Buffer, messages: number): void {
    this.slices.push(slice);
    this.bytes += slice.length;
    this.messages += messages;
  }

  /** What to write: a few slices as they are, many small ones as one. */
  get frames(): readonly Buffer[] {
    return this.slices.length <= MAX_SLICES ? this.slices : [Buffer.concat(this.slices, this.bytes)];
  }
}

/**
 * A run of the log as the frames of hub.v1, each made once for all who replay it. Most of them hear all of it and share
 * its very bytes; the exceptions are channels that they do not hear, and their own messages, which are acks to them.
 */
export class ReplayBlock {
  private readonly entries: Entry[] = [];
  /** Where each frame ends. */
  private readonly ends: number[] = [];
  private readonly authors = new Set<string>();
  private readonly channels = new Set<string>();
  private frames: Buffer = Buffer.alloc(0);

  /** @param upTo it has what the log has up to this sequence */
  constructor(
    private readonly epoch: string,
    public upTo: number,
  ) {}

  get bytes(): number {
    return this.frames.length;
  }

  /** Adds the entries that follow, which are all up to a sequence. */
  extend(entries: readonly Entry[], upTo: number): void {
    this.upTo = upTo;
    if (entries.length === 0) return;
    this.frames = Buffer.concat([this.frames, ...entries.map((entry) => this.encode(entry))]);
  }

  /** Takes what somebody is to hear after a place, until the part is full. @returns the place that is reached then */
  take(after: number, wanted: Wanted, part: Part): number {
    const takesAll = this.isAllFor(wanted);
    let at = this.indexAfter(after);
    let run = at;
    for (; at < this.entries.length && !part.isFullWith(this.lengthOf(run, at)); at++) {
      const entry = this.entries[at] as Entry;
      if (takesAll || isMessageFor(entry, wanted)) continue;
      this.takeRun(run, at, part);
      this.takeAck(entry, wanted, part);
      run = at + 1;
    }
    this.takeRun(run, at, part);
    return at < this.entries.length ? (this.entries[at] as Entry).sequence - 1 : this.upTo;
  }

  private encode(entry: Entry): Buffer {
    const { message } = new EntryFrames(entry, this.epoch);
    this.entries.push(entry);
    this.ends.push((this.ends.at(-1) ?? 0) + message.length);
    this.authors.add(entry.clientId);
    this.channels.add(entry.channel);
    return message;
  }

  private isAllFor({ clientId, channels }: Wanted): boolean {
    if (this.authors.has(clientId)) return false;
    for (const channel of this.channels) if (!channels.has(channel)) return false;
    return true;
  }

  private takeRun(start: number, end: number, part: Part): void {
    if (end === start) return;
    part.add(this.frames.subarray(this.startOf(start), this.startOf(end)), end - start);
  }

  private takeAck(entry: Entry, { clientId }: Wanted, part: Part): void {
    const ack = entry.clientId === clientId ? new EntryFrames(entry, this.epoch).ack : undefined;
    if (ack !== undefined) part.add(ack, 1);
  }

  private indexAfter(sequence: number): number {
    const at = this.entries.findIndex((entry) => entry.sequence > sequence);
    return at === -1 ? this.entries.length : at;
  }

  private startOf(at: number): number {
    return at === 0 ? 0 : (this.ends[at - 1] as number);
  }

  private lengthOf(start: number, end: number): number {
    return this.startOf(end) - this.startOf(start);
  }
}

function isMessageFor(entry: Entry, { clientId, channels }: Wanted): boolean {
  return entry.clientId !== clientId && channels.has(entry.channel);
}
