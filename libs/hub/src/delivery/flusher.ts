import type { WorkBudget } from '../backpressure/work-budget.js';
import type { HubOptions } from '../hub-options.js';
import type { Clock } from '../time/clock.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Listeners, SocketWriter } from './socket-writer.js';

/** An audience is flushed immediately at this many bytes, so that one turn of the event loop cannot fill the memory. */
const MAX_BATCH_BYTES = 256 * 1024;
/** All audiences are flushed immediately at this many bytes: with many audiences the batches add up. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** Above this many bytes a write costs more for the bytes than for the call, so waiting for more would gain nothing. */
const WORTHWHILE_BYTES = 16 * 1024;

/**
 * Decides when waiting messages are sent, so that the messages of a batch become one write per connection.
 *
 * A send costs 3–5 µs, nearly all of it in the kernel, so the way to be fast is to send less often. The first message
 * after a quiet period is sent at the end of its turn of the event loop. Later ones wait until `flushIntervalMs` after
 * the last flush and are sent together, or until there is enough for a write to be worth it.
 */
export class Flusher {
  private readonly waiting = new Set<Listeners>();
  /** Approximate bytes added since the last flush. */
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private lastFlushMs = Number.NEGATIVE_INFINITY;
  private readonly intervalMs: number;
  /** Called after each flush, for recorders. @param withNewest false if the newest entry may not be in all batches yet */
  written: ((withNewest: boolean) => void) | undefined;
  private readonly flushNow = () => this.flush();

  constructor(
    options: Pick<HubOptions, 'flushIntervalMs'>,
    private readonly clock: Clock,
    private readonly writer: SocketWriter,
    budget: WorkBudget,
    private readonly tracing: Tracing,
  ) {
    this.intervalMs = options.flushIntervalMs;
    // Otherwise messages of light clients would wait for handshakes, replays and heavy clients.
    budget.lightDone = () => this.flushDue();
  }

  /** Call it after something was added to the audience's batch. @param bytes how much was added */
  announce(audience: Listeners, bytes: number): void {
    if (audience.batch.bytes >= MAX_BATCH_BYTES) {
      this.waitingBytes -= audience.batch.bytes - bytes;
      this.writer.flush([audience]);
      return;
    }
    this.waiting.add(audience);
    this.waitingBytes += bytes;
    if (this.waitingBytes >= MAX_WAITING_BYTES) this.flush(false);
    else if (audience.batch.bytes >= WORTHWHILE_BYTES) this.flushSoon();
    else if (!this.isScheduled) this.schedule();
  }

  /** Sends everything that waits, now. @param withNewest false while an entry is being added to batches */
  flush(withNewest = true): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
    this.writer.flush(this.waiting);
    this.tracing.flushed();
    this.waiting.clear();
    this.waitingBytes = 0;
    this.lastFlushMs = this.clock.monotonicMs();
    this.written?.(withNewest);
  }

  private get isScheduled(): boolean {
    return this.timer !== undefined || this.immediate !== undefined;
  }

  private flushDue(): void {
    if (this.waiting.size > 0 && (this.immediate !== undefined || this.waitMs() <= 0)) this.flush();
  }

  private schedule(): void {
    const waitMs = this.waitMs();
    if (waitMs <= 0) this.flushSoon();
    // Node truncates fractions, so 1.9 would become 1.
    else this.timer = setTimeout(this.flushNow, Math.ceil(waitMs));
  }

  private waitMs(): number {
    return this.lastFlushMs + this.intervalMs - this.clock.monotonicMs();
  }

  /** At the end of this turn of the event loop. */
  private flushSoon(): void {
    if (this.immediate !== undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.immediate = setImmediate(this.flushNow);
  }
}
