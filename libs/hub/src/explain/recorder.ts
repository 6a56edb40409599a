import { CLOSE } from '@ws-hub/protocol';
import type { Connection } from '../connection/connection.js';
import type { ChannelChange, HubObserver, SlowReason } from '../events.js';
import type { Inspection } from '../inspection/inspection.js';
import { BEGINNING, type MessageLog, type Position, placeBefore } from '../log/index.js';
import type { Publisher } from '../publishing/speaker.js';
import type { Beginning } from '../subscriptions/beginning.js';
import type { Clock } from '../time/clock.js';
import type { Queue, Said, Verdict } from './fate.js';
import { FlushRing } from './flush-ring.js';
import { type Ending, Timeline } from './timeline.js';
import { verdictOf } from './verdicts.js';

/** The share of the memory for the ring of flushes. */
const RING_PART = 8;

export interface RecordedParts {
  readonly log: Pick<MessageLog, 'head' | 'epoch'>;
  readonly clock: Clock;
  readonly inspection: Inspection;
}

/** The record of a connection. */
export interface Recorded {
  readonly timeline: Timeline;
  /** Undefined when it has ended. */
  connection: Connection | undefined;
}

/**
 * Records what happens to connections, so that the fate of a message can be explained later. Deliveries cost nothing:
 * there is one push per flush, and some work for the rare events of a connection.
 *
 * Bounded by estimated bytes: ended connections are forgotten first, oldest first; after that new connections are not
 * recorded.
 */
export class Recorder implements HubObserver {
  private readonly flushes: FlushRing;
  private readonly records = new Set<Recorded>();
  private readonly live = new Map<Connection, Recorded>();
  private readonly ended = new Set<Recorded>();
  private readonly byClient = new Map<string, Set<Recorded>>();
  private taken: number;
  /** Start of the record; monotonic milliseconds. */
  sinceMs: number;
  /** Ended connections that were evicted. */
  forgotten = 0;
  /**
   * Whether the record was cleared at `sinceMs` because the log had lost its place. Connections that continued are not
   * recorded.
   */
  hasLostPlace = false;
  /** Connections for which there was no room, or no longer. */
  unrecorded = 0;

  constructor(
    private readonly maxBytes: number,
    private readonly parts: RecordedParts,
  ) {
    this.flushes = new FlushRing(maxBytes / RING_PART);
    this.taken = this.flushes.bytes;
    this.sinceMs = this.nowMs;
  }

  /** An estimate. */
  get bytes(): number {
    return this.taken;
  }

  get size(): number {
    return this.records.size;
  }

  /** All recorded connections, or those of a client. Walk it in slices. */
  of(clientId?: string): Iterable<Recorded> {
    return clientId === undefined ? this.records : (this.byClient.get(clientId) ?? []);
  }

  /** Whether a connection of this client exists and was not recorded. */
  misses(clientId: string): boolean {
    return this.parts.inspection.connectionsOf(clientId).some((connection) => !this.live.has(connection));
  }

  /** What happened to a message for one connection. */
  verdict(said: Said, { timeline, connection }: Recorded): Verdict {
    const now = connection && { queue: this.queueOf(connection), sentTo: this.sentTo(connection) };
    const { epoch } = this.parts.log;
    return verdictOf(said, timeline, { epoch, flushes: this.flushes, now, time: (ms) => this.time(ms) });
  }

  /** Unix milliseconds of a monotonic time. */
  unixMs(ms: number): number {
    return Math.round(this.parts.clock.unixMs() - this.nowMs + ms);
  }

  /** A monotonic time as text. */
  time(ms: number): string {
    return new Date(this.unixMs(ms)).toISOString();
  }

  /** @param withNewest whether the newest entry is in all batches */
  written(withNewest: boolean): void {
    const { head } = this.parts.log;
    if (head > BEGINNING) this.flushes.add(withNewest ? head : placeBefore(head), this.nowMs);
  }

  began(connection: Connection, beginning: Beginning): void {
    const { clientId, access, remoteAddress: address, encoder } = connection;
    const who = { clientId, user: access?.user, address, dialect: encoder.name };
    const timeline = new Timeline(who, beginning, this.nowMs);
    if (!this.makeRoom(timeline.bytes)) {
      this.unrecorded++;
      return;
    }
    const recorded = { timeline, connection };
    this.taken += timeline.bytes;
    this.records.add(recorded);
    this.live.set(connection, recorded);
    const ofClient = this.byClient.get(timeline.who.clientId);
    if (ofClient === undefined) this.byClient.set(timeline.who.clientId, new Set([recorded]));
    else ofClient.add(recorded);
    connection.whenEnded = this.whenEnded;
  }

  channelsChanged(connection: Connection, change: ChannelChange): void {
    this.grow(connection, (timeline) => timeline.change({ ...change, atMs: this.nowMs }));
  }

  forbidden(client: Publisher, action: string, channels: readonly string[]): void {
    // There is no timeline for other actions.
    if (action !== 'subscribe') return;
    const { head } = this.parts.log;
    this.grow(client as Connection, (timeline) => {
      for (const channel of channels) timeline.refuse(channel, head, this.nowMs);
    });
  }

  replayed(connection: Connection, upTo: Position): void {
    this.live.get(connection)?.timeline.parts.add(upTo, this.nowMs);
  }

  caughtUp(connection: Connection, position: Position): void {
    const timeline = this.live.get(connection)?.timeline;
    if (timeline !== undefined) timeline.caughtUp = { position, atMs: this.nowMs };
  }

  slowConsumer(connection: Connection, why: SlowReason, _queuedBytes: number, waitedMs: number): void {
    this.end(connection, CLOSE.tryAgainLater, 'slow consumer', { why, waitedMs });
  }

  leaving(connection: Connection, code: number, reason: string): void {
    this.end(connection, code, reason);
    const recorded = this.live.get(connection);
    if (recorded === undefined) return;
    this.live.delete(connection);
    recorded.connection = undefined;
    this.ended.add(recorded);
    this.makeRoom(0);
  }

  /** Earlier positions are invalid now. */
  lostPlace(): void {
    this.hasLostPlace ||= this.size > 0;
    for (const each of [this.records, this.live, this.ended, this.byClient]) each.clear();
    this.flushes.clear();
    this.taken = this.flushes.bytes;
    this.sinceMs = this.nowMs;
  }

  private readonly whenEnded = (connection: Connection, code: number, reason: string): void =>
    this.end(connection, code, reason);

  private get nowMs(): number {
    return this.parts.clock.monotonicMs();
  }

  /** The first notification of the end knows its reason. */
  private end(connection: Connection, code: number, reason: string, slow?: Ending['slow']): void {
    const timeline = this.live.get(connection)?.timeline;
    if (timeline === undefined || timeline.end !== undefined) return;
    const { head } = this.parts.log;
    const [queue, sentTo] = [this.queueOf(connection), this.sentTo(connection)];
    this.grow(connection, () =>
      timeline.finish({ atMs: this.nowMs, head, sentTo, code, reason, queue, slow }),
    );
  }

  private queueOf({ queuedBytes: bytes, queueAge }: Connection): Queue | undefined {
    return queueAge && bytes > 0 ? { bytes, sinceMs: queueAge.writtenSinceMs(bytes) } : undefined;
  }

  private sentTo(connection: Connection): Position | undefined {
    const { inspection } = this.parts;
    return inspection.isCatchingUp(connection) ? undefined : inspection.cursorOf(connection);
  }

  private grow(connection: Connection, change: (timeline: Timeline) => void): void {
    const recorded = this.live.get(connection);
    if (recorded === undefined) return;
    const before = recorded.timeline.bytes;
    change(recorded.timeline);
    this.taken += recorded.timeline.bytes - before;
    if (!this.makeRoom(0)) this.shrink(recorded);
  }

  /** Frees memory where it was taken. */
  private shrink(recorded: Recorded): void {
    const { timeline } = recorded;
    const before = timeline.bytes;
    timeline.shrink();
    this.taken += timeline.bytes - before;
    if (this.makeRoom(0)) return;
    this.unrecorded++;
    this.forget(recorded);
  }

  /** @returns whether there is room for these bytes now */
  private makeRoom(bytes: number): boolean {
    for (const oldest of this.ended) {
      if (this.taken + bytes <= this.maxBytes) break;
      this.forgotten++;
      this.forget(oldest);
    }
    return this.taken + bytes <= this.maxBytes;
  }

  private forget(recorded: Recorded): void {
    const { timeline, connection } = recorded;
    this.taken -= timeline.bytes;
    this.records.delete(recorded);
    this.ended.delete(recorded);
    if (connection !== undefined) this.live.delete(connection);
    const ofClient = this.byClient.get(timeline.who.clientId);
    ofClient?.delete(recorded);
    if (ofClient?.size === 0) this.byClient.delete(timeline.who.clientId);
  }
}
