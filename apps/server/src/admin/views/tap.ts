import type { Tapped, TappedMessage } from '@ws-hub/console-api';
import type { Entry } from '@ws-hub/hub';

export const MAX_PER_SECOND = 20;
/** Between two questions of a page that asks every two seconds there are fewer. */
const MAX_HELD = 100;
export const MAX_CONTENT = 4_096;
const SECOND_MS = 1_000;

/** The messages of one channel for a person who is watching, limited to what a person can read. */
export class Tap {
  private held: TappedMessage[] = [];
  private leftOut = 0;
  private secondFromMs = Number.NEGATIVE_INFINITY;
  private inSecond = 0;

  constructor(
    readonly channel: string,
    /** Monotonic. */
    readonly endsAtMs: number,
  ) {}

  /** @param at Unix milliseconds */
  heard(entry: Entry, id: () => string, nowMs: number, at: number): void {
    if (nowMs - this.secondFromMs >= SECOND_MS) [this.secondFromMs, this.inSecond] = [nowMs, 0];
    if (this.inSecond >= MAX_PER_SECOND || this.held.length >= MAX_HELD) {
      this.leftOut++;
      return;
    }
    this.inSecond++;
    const { clientId, user, content } = entry;
    this.held.push({ id: id(), at, clientId, user, content: cut(content), contentLength: content.length });
  }

  /** Messages received since the last time. */
  take(nowMs: number): Tapped {
    const { held: messages, leftOut, endsAtMs } = this;
    this.held = [];
    this.leftOut = 0;
    return { messages, leftOut, endsInMs: Math.max(0, Math.round(endsAtMs - nowMs)) };
  }
}

/** By way of bytes: a part of a text keeps all of it in memory. */
function cut(content: string): string {
  if (content.length <= MAX_CONTENT) return content;
  return Buffer.from(content.slice(0, MAX_CONTENT), 'utf16le').toString('utf16le');
}
