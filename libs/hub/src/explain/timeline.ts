import type { ChannelChange, SlowReason } from '../events.js';
import type { Position } from '../log/index.js';
import type { Beginning } from '../subscriptions/beginning.js';
import type { Queue } from './fate.js';
import { Parts } from './parts.js';

/** Approximate size of an empty timeline and its references, measured. */
const BASE_BYTES = 900;
/** Approximate size of a change, a refusal, a string or an element of a set. */
const ITEM_BYTES = 64;
/** Limit per connection: above it, a connection loses its own past. */
const MAX_BYTES = 16 * 1024;
/** Size of the parts of its replay. */
const REPLAY_BYTES = 1_024;
const MAX_CHANGES = 32;
const MAX_REFUSED = 8;
/** Maximum length of the position that a client sent. */
const MAX_TEXT = 64;

/** The connection's client. */
export interface Who {
  readonly clientId: string;
  readonly user: string | undefined;
  readonly address: string;
  readonly dialect: string;
}

/** A change of its channels, and when it was made, in monotonic milliseconds. */
export interface Change extends ChannelChange {
  readonly atMs: number;
}

/** When it was first told that it may not subscribe to a channel. */
export interface Refusal {
  readonly after: Position;
  readonly atMs: number;
}

/** When the hub stopped writing to it. */
export interface Ending {
  readonly atMs: number;
  readonly head: Position;
  /** Everything up to there was sent; undefined if unknown. */
  readonly sentTo: Position | undefined;
  readonly code: number;
  readonly reason: string;
  readonly queue: Queue | undefined;
  /** The limit that it had exceeded, if it was evicted for that. */
  readonly slow?: { readonly why: SlowReason; readonly waitedMs: number } | undefined;
}

/** The record of one connection. Bounded, because its client decides how much happens. */
export class Timeline {
  readonly who: Who;
  readonly began: Omit<Beginning, 'channels' | 'refused'>;
  readonly parts = new Parts();
  readonly changes: Change[] = [];
  /** Channels that it requested but may not subscribe to. */
  readonly refused = new Map<string, Refusal>();
  /** Its channels before the first of `changes`; undefined if there were too many. */
  channels: Set<string> | undefined;
  /** Changes up to here were forgotten; undefined means none. */
  cutAt: Position | undefined;
  /** Where its replay switched to live delivery. */
  caughtUp: { readonly position: Position; readonly atMs: number } | undefined;
  end: Ending | undefined;
  bytes = BASE_BYTES;

  constructor(
    who: Who,
    { channels, refused, ...began }: Beginning,
    readonly atMs: number,
  ) {
    // Strings of a request may keep the whole request in memory.
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

  /** Reduces itself as far as possible. @returns whether it got smaller */
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

  /** @returns false if there are too many, so that its channels are no longer known */
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

/** Truncates what a client sent. A truncated text is not a valid position. */
function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

function sizeOf(text: string): number {
  return ITEM_BYTES + 2 * text.length;
}
