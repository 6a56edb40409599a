import { CLOSE } from '@ws-hub/protocol';
import type { Entry, MessageLog } from '../log/message-log.js';
import type { Connection } from './connection.js';
import { EntryFrames } from './entry-frames.js';

/** So much of the log is looked at in one turn of the event loop, and so much is written at once. */
const MAX_ENTRIES = 500;
const MAX_BYTES = 64 * 1024;

/** What a replay needs of the hub. */
export interface ReplayHub {
  readonly log: MessageLog;
  /** Writes frames; `written` is called when the kernel has taken them. */
  write(connection: Connection, frames: readonly Buffer[], written: () => void): void;
  /** The connection has all that the log has, in this very turn. */
  caughtUp(connection: Connection): void;
}

/**
 * Sends one connection what it missed, as fast as it reads and no faster: the next part is read from the log when the
 * kernel has taken the one before. At the head of the log it goes over to live delivery within one turn of the event
 * loop, so there is no seam.
 */
export class Replay {
  private ended = false;

  /** @param cursor the sequence of the last entry that the client has */
  constructor(
    private readonly connection: Connection,
    public channels: ReadonlySet<string>,
    public cursor: number,
    private readonly hub: ReplayHub,
  ) {}

  /** Sends the next part. */
  step(): void {
    const { connection, hub } = this;
    if (this.ended || !connection.isOpen) return;
    if (hub.log.first > this.cursor + 1)
      hub.log.readOld(this.cursor, MAX_ENTRIES, (entries) => this.resend(entries));
    else this.resend(hub.log.read(this.cursor, MAX_ENTRIES));
  }

  end(): void {
    this.ended = true;
  }

  private resend(entries: readonly Entry[] | undefined): void {
    const { connection, hub } = this;
    if (this.ended || !connection.isOpen) return;
    if (entries === undefined) {
      // It reads more slowly than the log forgets. Never silent about a hole: it comes back, and is told.
      connection.close(CLOSE.tryAgainLater, 'the log has overtaken the replay');
      return;
    }
    const frames = this.framesOf(entries);
    if (this.cursor >= hub.log.head && frames.length === 0) hub.caughtUp(connection);
    else if (frames.length === 0) setImmediate(() => this.step());
    else hub.write(connection, frames, () => setImmediate(() => this.step()));
  }

  private framesOf(entries: readonly Entry[]): Buffer[] {
    const frames: Buffer[] = [];
    let bytes = 0;
    for (const entry of entries) {
      if (bytes >= MAX_BYTES) break;
      this.cursor = entry.sequence;
      const frame = this.frameOf(entry);
      if (frame === undefined) continue;
      frames.push(frame);
      bytes += frame.length;
    }
    return frames;
  }

  /** A message of its channels, or the ack of an own one, whatever its channel. */
  private frameOf(entry: Entry): Buffer | undefined {
    const frames = new EntryFrames(entry, this.hub.log.epoch);
    if (entry.clientId === this.connection.clientId) return frames.ack;
    return this.channels.has(entry.channel) ? frames.message : undefined;
  }
}
