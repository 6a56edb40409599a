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

/**
 * Writes to transports: a batch to all members of its audience, or frames to one connection. Closing connections get
 * nothing.
 */
export class SocketWriter {
  constructor(
    private readonly clock: Clock,
    private readonly events: HubEvents,
    private readonly counters: HubCounters,
    private readonly slow: SlowConsumers,
    private readonly guard: Guard,
  ) {}

  /** Sends what waits for these audiences, with one write per connection. Never throws. */
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
   * @returns whether they were written; false for a connection that is closing, or is evicted as too slow
   */
  write(connection: Connection, frames: Buffer): boolean {
    if (!this.mayWrite(connection)) return false;
    connection.write(frames);
    this.wrote(connection, frames.length);
    return true;
  }

  /** Writes a part of a replay. @param written called when the kernel has accepted all of it, or never will */
  writePart(connection: Connection, { frames, bytes }: Part, written: () => void): void {
    if (!this.mayWrite(connection)) return;
    connection.writeAll(frames, written);
    this.wrote(connection, bytes);
  }

  /** Every write goes through this check: a client that has too much left waiting is evicted first. */
  private mayWrite(connection: Connection): boolean {
    if (!connection.isOpen) return false;
    if (!this.slow.isTooSlow(connection)) return true;
    this.slow.evict(connection, 'bytes');
    return false;
  }

  /** Tracks what the kernel has not accepted. */
  private wrote(connection: Connection, bytes: number): void {
    this.counters.sentBytes += bytes;
    if (connection.queuedBytes > 0) this.slow.wrote(connection, bytes);
  }

  /** For members that may have missed something: they reconnect, and hub.v1 clients then miss nothing. */
  end({ members }: Listeners): void {
    for (const connection of members) connection.close(CLOSE.internalError, 'internal error');
  }

  private flushOne(audience: Listeners, sums: Sums): void {
    const { members, batch } = audience;
    if (batch.isEmpty) return;
    sums.messages += batch.messages;
    try {
      if (batch.messages === 0) this.flushExceptions(audience);
      // From the end, so that a member that leaves during the loop only moves one that was already handled.
      else for (let at = members.length - 1; at >= 0; at--) this.deliver(batch, members[at], sums);
    } finally {
      batch.clear();
      audience.firstWaiting = END;
    }
  }

  /** There is nothing for all members, so only those with substitutions are visited: acks. */
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
    const messages = batch.messagesFor(connection.identity, connection);
    sums.deliveries += messages;
    // A sender that got only its acknowledgement is not a recipient.
    if (messages > 0) sums.recipients++;
  }
}
