import { randomBytes } from 'node:crypto';
import type { Clock } from '../time/clock.js';
import { eventsOf, type LogEnvironment, type LogEvents, type LogFactory } from './environment.js';
import { FairRing } from './fair-ring.js';
import { Keys } from './keys.js';
import type { Ledger } from './ledger.js';
import { MemoryLedger } from './memory.ledger.js';
import {
  type Draft,
  type Entry,
  type Located,
  type LogListener,
  MessageLog,
  type Outcome,
} from './message-log.js';
import { checkNotice, type Notice } from './notice.js';
import { LOG_DEFAULTS, type MemoryLogOptions, withDefaults } from './options.js';
import { type Position, positionAt, readPosition } from './position.js';

const EPOCH_BYTES = 8;
const SWEEP_MS = 10_000;

/** The log of one hub, in memory. @param options override the defaults */
export function memoryLog(options: Partial<MemoryLogOptions> = {}): LogFactory {
  const all = withDefaults(LOG_DEFAULTS, options);
  return (environment) => new MemoryLog(all, environment);
}

/**
 * The embedded engine: a ring in memory, bounded by count, bytes and age, and shared fairly between channels. It ends
 * with the process.
 *
 * An append is stored, passed to the listener and settled in the same call: there is no promise between a message and
 * its delivery.
 */
export class MemoryLog extends MessageLog {
  readonly epoch = randomBytes(EPOCH_BYTES).toString('hex');
  private readonly clock: Clock;
  private readonly events: LogEvents;
  private readonly ring: FairRing;
  private readonly keys: Keys;
  private listener: LogListener | undefined;
  private ownLedger: Ledger | undefined;
  private sweep: NodeJS.Timeout | undefined;

  constructor(options: MemoryLogOptions, environment: LogEnvironment) {
    super();
    this.clock = environment.clock;
    this.events = eventsOf(environment);
    this.ring = new FairRing(options);
    this.keys = new Keys(options.logMaxKeys);
  }

  get head(): Position {
    return positionAt(this.ring.head);
  }

  get size(): number {
    return this.ring.size;
  }

  get bytes(): number {
    return this.ring.bytes;
  }

  get forgottenKeys(): number {
    return this.keys.forgottenEarly;
  }

  readonly pending = 0;
  readonly skipped = 0;
  readonly isReady = true;
  readonly hasBegun = true;

  listen(listener: LogListener): void {
    this.listener = listener;
  }

  /** It is ready from the beginning. From now on old entries expire without new messages, too. */
  async start(): Promise<void> {
    this.sweep = setInterval(() => {
      const nowMs = this.clock.monotonicMs();
      this.ring.dropOld(nowMs);
      this.keys.forgetOld(nowMs);
    }, SWEEP_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.sweep);
  }

  append(draft: Draft, settled?: (outcome: Outcome) => void): void {
    const nowMs = this.clock.monotonicMs();
    const { channel, clientId, user, key, timestamp, content, trace } = draft;
    const known = key === undefined ? undefined : this.keys.find(clientId, key, nowMs);
    if (known !== undefined) {
      settled?.({ result: 'duplicate', position: positionAt(known) });
      return;
    }
    const position = positionAt(this.ring.head + 1);
    const entry = { position, channel, clientId, user, key, timestamp, content, trace };
    if (key !== undefined) this.remember(clientId, key, position, nowMs);
    this.ring.add(entry, nowMs);
    this.listener?.entry(entry);
    settled?.({ result: 'stored', position });
  }

  async settled(): Promise<void> {
    // An append is settled before it returns.
  }

  /** Nothing outlives the process, so there is nothing to keep. */
  async post(notice: Notice): Promise<void> {
    checkNotice(notice);
    this.listener?.notice(notice);
  }

  ledger(): Ledger {
    this.ownLedger ??= new MemoryLedger();
    return this.ownLedger;
  }

  read(after: Position, max: number): readonly Entry[] {
    return this.ring.read(after, max);
  }

  has(after: Position, channels: ReadonlySet<string>, clientId?: string): boolean {
    this.ring.dropOld(this.clock.monotonicMs());
    return this.ring.has(after, channels, clientId);
  }

  /** What the ring has dropped is gone. */
  readOld(_after: Position, _max: number, done: (entries: undefined) => void): void {
    done(undefined);
  }

  locate(
    text: string,
    channels: ReadonlySet<string>,
    done: (located: Located) => void,
    clientId?: string,
  ): void {
    const position = readPosition(text, this.epoch);
    const isKept = position !== undefined && position <= this.head && this.has(position, channels, clientId);
    done(isKept ? { result: 'found', position } : { result: 'gone' });
  }

  private remember(clientId: string, key: string, position: Position, nowMs: number): void {
    const before = this.keys.forgottenEarly;
    this.keys.add(clientId, key, position, nowMs);
    if (this.keys.forgottenEarly > before) this.events.keysForgotten(this.keys.forgottenEarly);
  }
}
