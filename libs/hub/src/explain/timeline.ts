import type { ChannelChange, SlowReason } from '../events.js';
import type { Position } from '../log/index.js';
import type { Beginning } from '../subscriptions/beginning.js';
import type { Queue } from './fate.js';
import { Parts } from './parts.js';

/** An empty timeline with what refers to it, about: measured. */
const BASE_BYTES = 900;
/** A change, a refusal, a string or an element of a set, about. */
const ITEM_BYTES = 64;
/** Of one connection: what is more costs it its own past. */
const MAX_BYTES = 16 * 1024;
/** The parts of its replay. */
const REPLAY_BYTES = 1_024;
const MAX_CHANGES = 32;
const MAX_REFUSED = 8;
/** Of what a client brings as its position. */
const MAX_TEXT = 64;

/** Whose connection it is. */
export interface Who {
  readonly clientId: string;
  readonly user: string | undefined;
  readonly address: string;
  readonly dialect: string;
}

/** A change of what it hears, and when it was made, in monotonic milliseconds. */
export interface Change extends ChannelChange {
  readonly atMs: number;
}

/** When it was first told that it may not hear a channel. */
export interface Refusal {
  readonly after: Position;
  readonly atMs: number;
}

/** From when on nothing more was written to it. */
export interface Ending {
  readonly atMs: number;
  readonly head: Position;
  /** It was sent everything up to there; undefined where that is not known. */
  readonly sentTo: Position | undefined;
  readonly code: number;
  readonly reason: string;
  readonly queue: Queue | undefined;
  /** Which bound it had broken, if it was ended for that. */
  readonly slow?: { readonly why: SlowReason; readonly waitedMs: number } | undefined;
}

/** What is recorded of one connection: bounded, because its client decides how much happens. */
export class Timeline {
  readonly who: Who;
  readonly began: Omit<Beginning, 'channels' | 'refused'>;
  readonly parts = new Parts();
  readonly changes: Change[] = [];
  /** Channels that it asked for and may not hear. */
  readonly refused = new Map<string, Refusal>();
  /** What it heard before the first of `changes`; undefined if that was too much. */
  channels: Set<string> | undefined;
  /** Changes up to here were forgotten; undefined: none. */
  cutAt: Position | undefined;
  /** Where it went over from its replay to live delivery. */
  caughtUp: { readonly position: Position; readonly atMs: number } | undefined;
  end: Ending | undefined;
  bytes = BASE_BYTES;

  constructor(
    who: Who,
    { channels, refused, ...began }: Beginning,
    readonly atMs: number,
  ) {
    // Strings of a request may hold all of it in memory.
    const { clientId, user, address, dialect } = who;
    this.who = {
      clientId: this.copied(clientId),
      user: user === undefined ? undefined : this.copied(user),
      address: this.copied(address),
      dialect,
    };
    const { text } = began;
    this.began = { ...began, text: text === undefined ? undefined : this.copied(cut(text)) };
    this.channels = new Set();
    for (const channel of channels) if (!this.addChannel(channel)) break;
    for (const channel of refused) this.refuse(channel, began.position, atMs);
    if (began.isReplay) this.bytes += REPLAY_BYTES;
  }

  change(change: Change): void {
    const channels = change.channels.map((channel) => this.copied(channel));
    this.bytes += ITEM_BYTES;
    this.changes.push({ ...change, channels });
    while (this.changes.length > 0 && (this.changes.length > MAX_CHANGES || this.bytes > MAX_BYTES))
      this.forgetChange();
  }

  refuse(channel: string, after: Position, atMs: number): void {
    if (this.refused.has(channel)) return;
    this.refused.set(this.copied(channel), { after, atMs });
    const [oldest] = this.refused.keys();
    if (this.refused.size <= MAX_REFUSED || oldest === undefined) return;
    this.refused.delete(oldest);
    this.bytes -= sizeOf(oldest);
  }

  finish(end: Ending): void {
    this.end = { ...end, reason: this.copied(end.reason) };
  }

  /** Makes itself as small as it can be. @returns whether it has got smaller */
  shrink(): boolean {
    const before = this.bytes;
    while (this.changes.length > 0) this.forgetChange();
    return this.bytes < before;
  }

  private forgetChange(): void {
    const change = this.changes.shift();
    if (change === undefined) return;
    this.bytes -= ITEM_BYTES;
    this.cutAt = change.after;
    for (const channel of change.channels) {
      this.bytes -= sizeOf(channel);
      if (change.hears) this.addChannel(channel);
      else if (this.channels?.delete(channel)) this.bytes -= sizeOf(channel);
    }
  }

  /** @returns false if that is too much, and nothing is known any more of what it hears */
  private addChannel(channel: string): boolean {
    if (this.channels === undefined) return false;
    if (this.channels.has(channel)) return true;
    this.channels.add(this.copied(channel));
    if (this.bytes <= MAX_BYTES) return true;
    for (const each of this.channels) this.bytes -= sizeOf(each);
    this.channels = undefined;
    return false;
  }

  private copied(text: string): string {
    this.bytes += sizeOf(text);
    return Buffer.from(text, 'utf16le').toString('utf16le');
  }
}

/** Whatever a client brings: what is cut is no position any more. */
function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function sizeOf(text: string): number {
  return ITEM_BYTES + 2 * text.length;
}
