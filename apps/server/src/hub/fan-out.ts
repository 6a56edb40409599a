import { Inject, Injectable } from '@nestjs/common';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import type { BroadcastCounts } from './broadcast-summary.js';
import type { Channel } from './channel.js';
import { Clock } from './clock.js';
import type { Connection } from './connection.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { SlowConsumers } from './slow-consumers.js';

/** A channel is flushed on the spot at this many bytes, so that one turn cannot fill the memory. */
const MAX_TURN_BYTES = 256 * 1024;
/** A write of this many bytes costs more for the bytes than for the call: to wait for more would bring nothing. */
const WORTHWHILE_BYTES = 16 * 1024;

/**
 * A turn's messages become one write per connection.
 *
 * A send costs 3–5 µs, nearly all of it in the kernel, so the way to be fast is to send less often. The first
 * message after a quiet time goes out at the end of its turn of the event loop; later ones wait until
 * `FLUSH_INTERVAL_MS` after the last flush, and leave together, or until there is enough for a write to be worth it.
 *
 * All connections of a channel see its messages in the order of `add`; a connection that is closing gets nothing.
 */
@Injectable()
export class FanOut {
  private readonly waiting = new Set<Channel<Connection>>();
  private scheduled = false;
  private timer: NodeJS.Timeout | undefined;
  private lastFlushMs = Number.NEGATIVE_INFINITY;
  private readonly intervalMs: number;
  /** Counts the turns of the event loop in which something was flushed. */
  private turnNumber = 0;
  private turnEnd: NodeJS.Immediate | undefined;
  private readonly scheduledFlush = () => {
    this.scheduled = false;
    this.timer = undefined;
    this.flush();
  };

  constructor(
    @Inject(SERVER_CONFIG) config: ServerConfig,
    private readonly clock: Clock,
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
    private readonly slow: SlowConsumers,
  ) {
    this.intervalMs = config.flushIntervalMs;
  }

  /** To be called after a message was added to the channel's turn. */
  announce(channel: Channel<Connection>): void {
    if (channel.turn.bytes >= MAX_TURN_BYTES) {
      this.flushChannel(channel);
      return;
    }
    this.waiting.add(channel);
    if (channel.turn.bytes >= WORTHWHILE_BYTES) this.flushSoon();
    else if (!this.scheduled) this.schedule();
  }

  /** Sends everything that waits, now. */
  flush(): void {
    for (const channel of this.waiting) this.flushChannel(channel);
    this.waiting.clear();
    this.lastFlushMs = this.clock.monotonicMs();
  }

  private schedule(): void {
    const waitMs = this.lastFlushMs + this.intervalMs - this.clock.monotonicMs();
    if (waitMs <= 0) {
      this.flushSoon();
      return;
    }
    this.scheduled = true;
    // Node cuts fractions off, and 1.9 would be 1.
    this.timer = setTimeout(this.scheduledFlush, Math.ceil(waitMs));
  }

  /** At the end of this turn of the event loop. */
  private flushSoon(): void {
    if (this.scheduled && this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.scheduled = true;
    setImmediate(this.scheduledFlush);
  }

  private flushChannel(channel: Channel<Connection>): void {
    const { connections, turn } = channel;
    const { messages } = turn;
    if (messages === 0) return;
    const startMs = this.clock.monotonicMs();
    const judges = this.isFirstFlushInTurn(channel);
    let recipients = 0;
    let deliveries = 0;
    // From the end, so that one that leaves meanwhile only moves one that has had its turn.
    for (let at = connections.length - 1; at >= 0; at--) {
      const connection = connections[at];
      if (!connection?.isOpen) continue;
      const forThis = turn.messagesFor(connection);
      if (forThis === 0) continue;
      if (judges && this.slow.isTooSlow(connection)) {
        this.slow.evict(connection, 'bytes');
        continue;
      }
      this.write(connection, turn.bytesFor(connection));
      recipients++;
      deliveries += forThis;
    }
    turn.clear();
    this.count({ messages, deliveries, recipients }, startMs);
  }

  private write(connection: Connection, frames: Buffer): void {
    connection.write(frames);
    this.metrics.sentBytes += frames.length;
    if (connection.queuedBytes > 0) this.slow.wrote(connection, frames.length);
  }

  private count(counts: BroadcastCounts, startMs: number): void {
    this.metrics.deliveries += counts.deliveries;
    this.metrics.flushMessages.observe(counts.messages);
    this.metrics.flushDuration.observe((this.clock.monotonicMs() - startMs) / 1_000);
    this.log.broadcast(counts);
  }

  /** What was written in this very turn had no chance to leave, so nobody may be judged by it. */
  private isFirstFlushInTurn(channel: Channel<Connection>): boolean {
    this.turnEnd ??= setImmediate(() => {
      this.turnEnd = undefined;
      this.turnNumber++;
    });
    if (channel.flushedInTurn === this.turnNumber) return false;
    channel.flushedInTurn = this.turnNumber;
    return true;
  }
}
