import { CLOSE } from '@ws-hub/protocol';
import type { Audience } from '../audience/audience.js';
import type { SlowConsumers } from '../backpressure/slow-consumers.js';
import type { Connection } from '../connection/connection.js';
import type { Flush, HubCounters, HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import { END } from '../log/index.js';
import type { Part } from '../subscriptions/part.js';
import type { Clock } from '../time/clock.js';

export type Listeners = Audience<Connection>;

/** What a flush has done so far. */
type Sums = { -readonly [count in 'messages' | 'deliveries' | 'recipients']: Flush[count] };

/** Writes to transports: a batch to all members of its audience, or something to one. One that is closing gets nothing. */
export class SocketWriter {
  constructor(
    private readonly clock: Clock,
    private readonly events: HubEvents,
    private readonly counters: HubCounters,
    private readonly slow: SlowConsumers,
    private readonly guard: Guard,
  ) {}

  /** Sends what waits for these audiences, in one write for each connection. Never throws. */
  flush(audiences: Iterable<Listeners>): void {
    const startMs = this.clock.monotonicMs();
    const sums = { messages: 0, deliveries: 0, recipients: 0 };
    for (const audience of audiences) {
      try {
        this.flushOne(audience, sums);
      } catch (error) {
        this.guard.failed('flush', error);
        this.guard.run('flush, ending it', () => this.end(audience));
      }
    }
    if (sums.messages > 0) this.guard.run('flush, counting it', () => this.count(sums, startMs));
  }

  private count(sums: Sums, startMs: number): void {
    this.counters.deliveries += sums.deliveries;
    this.events.flushed({ ...sums, durationMs: this.clock.monotonicMs() - startMs });
  }

  /** Sends what waits for one connection to it alone, before its audience gets it. */
  flushTo(connection: Connection): void {
    const { identity, subscription } = connection;
    const audience = subscription?.audience;
    if (audience === undefined || audience.batch.isEmpty) return;
    if (audience.members.length === 1) {
      this.flush([audience]);
      return;
    }
    const bytes = audience.batch.bytesFor(identity, connection);
    audience.batch.joinHere(connection);
    if (bytes.length > 0) this.write(connection, bytes);
  }

  /**
   * Writes frames to one connection.
   *
   * @returns whether it was written; not to a connection that is closing, or is too slow and closed for it
   */
  write(connection: Connection, frames: Buffer): boolean {
    if (!this.mayWrite(connection)) return false;
    connection.write(frames);
    this.wrote(connection, frames.length);
    return true;
  }

  /** Writes a part of a replay. @param written called when the kernel has taken all of it, or never will */
  writePart(connection: Connection, { frames, bytes }: Part, written: () => void): void {
    if (!this.mayWrite(connection)) return;
    connection.writeAll(frames, written);
    this.wrote(connection, bytes);
  }

  /** The one way to a socket: whatever is to be written, the client is judged before by what it has left waiting. */
  private mayWrite(connection: Connection): boolean {
    if (!connection.isOpen) return false;
    if (!this.slow.isTooSlow(connection)) return true;
    this.slow.evict(connection, 'bytes');
    return false;
  }

  /** What the kernel has not taken is watched. */
  private wrote(connection: Connection, bytes: number): void {
    this.counters.sentBytes += bytes;
    if (connection.queuedBytes > 0) this.slow.wrote(connection, bytes);
  }

  /** For members that may have missed something: each comes back, and hub.v1 clients miss nothing. */
  end({ members }: Listeners): void {
    for (const connection of members) connection.close(CLOSE.internalError, 'internal error');
  }

  private flushOne(audience: Listeners, sums: Sums): void {
    const { members, batch } = audience;
    if (batch.isEmpty) return;
    sums.messages += batch.messages;
    try {
      if (batch.messages === 0) this.flushExceptions(audience);
      // From the end, so that one that leaves meanwhile only moves one that has had its turn.
      else for (let at = members.length - 1; at >= 0; at--) this.deliver(batch, members[at], sums);
    } finally {
      batch.clear();
      audience.firstWaiting = END;
    }
  }

  /** Nothing was said to all, so only those are looked at for whom there is something: acks. */
  private flushExceptions(audience: Listeners): void {
    for (const identity of audience.batch.exceptions) {
      for (const connection of identity.connections) {
        if (connection.subscription?.audience !== audience) continue;
        const bytes = audience.batch.bytesFor(identity, connection);
        if (bytes.length > 0) this.write(connection, bytes);
      }
    }
  }

  private deliver(batch: Listeners['batch'], connection: Connection | undefined, sums: Sums): void {
    if (!connection?.isOpen) return;
    const bytes = batch.bytesFor(connection.identity, connection);
    if (bytes.length === 0 || !this.write(connection, bytes)) return;
    sums.deliveries += batch.messagesFor(connection.identity, connection);
    sums.recipients++;
  }
}
