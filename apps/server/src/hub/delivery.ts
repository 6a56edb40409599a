import { Injectable } from '@nestjs/common';
import { CLOSE } from '@ws-hub/protocol';
import { Clock } from '../time/clock.js';
import type { Audience } from './audience.js';
import type { Connection } from './connection.js';
import { Guard } from './guard.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import type { Part } from './part.js';
import { SlowConsumers } from './slow-consumers.js';

export type Listeners = Audience<Connection>;

/** What one flush did. */
interface Sums {
  messages: number;
  deliveries: number;
  recipients: number;
}

/** Writes to sockets: a turn to all members of its audience, or something to one. One that is closing gets nothing. */
@Injectable()
export class Delivery {
  constructor(
    private readonly clock: Clock,
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
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
    this.metrics.deliveries += sums.deliveries;
    this.metrics.flushMessages.observe(sums.messages);
    this.metrics.flushDuration.observe((this.clock.monotonicMs() - startMs) / 1_000);
    this.log.broadcast(sums);
  }

  /** Sends what waits for one connection to it alone, before its audience gets it. */
  settle(connection: Connection): void {
    const { audience, identity } = connection;
    if (audience === undefined || audience.turn.isEmpty) return;
    if (audience.members.length === 1) {
      this.flush([audience]);
      return;
    }
    const bytes = audience.turn.bytesFor(identity, connection);
    audience.turn.startHere(connection);
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
    this.metrics.sentBytes += bytes;
    if (connection.queuedBytes > 0) this.slow.wrote(connection, bytes);
  }

  /** For members that may have missed something: each comes back, and hub.v1 clients miss nothing. */
  end({ members }: Listeners): void {
    for (const connection of members) connection.close(CLOSE.internalError, 'internal error');
  }

  private flushOne(audience: Listeners, sums: Sums): void {
    const { members, turn } = audience;
    if (turn.isEmpty) return;
    sums.messages += turn.messages;
    try {
      if (turn.messages === 0) this.flushExceptions(audience);
      // From the end, so that one that leaves meanwhile only moves one that has had its turn.
      else for (let at = members.length - 1; at >= 0; at--) this.deliver(turn, members[at], sums);
    } finally {
      turn.clear();
      audience.firstWaiting = Number.POSITIVE_INFINITY;
    }
  }

  /** Nothing was said to all, so only those are looked at for whom there is something: acks. */
  private flushExceptions(audience: Listeners): void {
    for (const identity of audience.turn.exceptions) {
      for (const connection of identity.connections) {
        if (connection.audience !== audience) continue;
        const bytes = audience.turn.bytesFor(identity, connection);
        if (bytes.length > 0) this.write(connection, bytes);
      }
    }
  }

  private deliver(turn: Listeners['turn'], connection: Connection | undefined, sums: Sums): void {
    if (!connection?.isOpen) return;
    const bytes = turn.bytesFor(connection.identity, connection);
    if (bytes.length === 0 || !this.write(connection, bytes)) return;
    sums.deliveries += turn.messagesFor(connection.identity, connection);
    sums.recipients++;
  }
}
