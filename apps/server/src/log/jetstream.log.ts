import { setTimeout as wait } from 'node:timers/promises';
import {
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { StartError } from '@ws-hub/config';
import type { ServerConfig } from '../config/server.config.js';
import type { Clock } from '../time/clock.js';
import { Appender } from './jetstream/appender.js';
import { connectToNats } from './jetstream/connect.js';
import { entryOf, idOf, nobodysEntry } from './jetstream/entry-message.js';
import { OldEntries } from './jetstream/old-entries.js';
import { Reader } from './jetstream/reader.js';
import { ensureStream, epochOf, findStream, otherLimits } from './jetstream/stream.js';
import {
  type Draft,
  type Entry,
  type Located,
  type LogListener,
  MessageLog,
  type Outcome,
} from './message-log.js';
import { readPosition } from './position.js';
import { Ring } from './ring.js';

const FIRST_TRY_MS = 2_000;
const RETRY_MS = 500;
const MAX_RETRY_MS = 5_000;
/** How often the stream is looked at: is it still the same, and has everything of it been read? */
const WATCH_MS = 1_000;
/** A client that comes back is answered by then, or sent away to try again (PROTOCOL.md, "Recovered"). */
const MAX_LOCATE_MS = 10_000;
const ENTRIES_AT_ONCE = 500;

/** What the operator is told of the engine. */
export interface EngineEvents {
  connected(server: string, stream: StreamInfo): void;
  lost(reason: string): void;
  refused(error: Error): void;
  otherLimits(limits: Record<string, unknown>): void;
  /** @param skipped how many in all */
  skipped(sequence: number, skipped: number): void;
}

/** Somebody who waits until this node has read so far. */
interface Waiter {
  readonly sequence: number;
  tell(): void;
}

/**
 * The distributed engine: one JetStream stream is the log of all hubs. Drafts are appended to it, and what every hub
 * tells its clients is what it reads from it, so that all have one order; the newest entries are kept in a ring.
 */
export class JetStreamLog extends MessageLog {
  skipped = 0;
  private readonly ring: Ring;
  private readonly appender: Appender;
  private readonly old: OldEntries;
  private listener: LogListener | undefined;
  private connection: NatsConnection | undefined;
  private client: JetStreamClient | undefined;
  private manager: JetStreamManager | undefined;
  private reader: Reader | undefined;
  private streamEpoch = '';
  private isConnected = false;
  private isReading = false;
  private begun = false;
  private onTrouble: (reason: string) => void = () => undefined;
  private hasEnded = false;
  private watch: NodeJS.Timeout | undefined;
  private info: Promise<StreamInfo | undefined> | undefined;
  private waiters: Waiter[] = [];

  constructor(
    private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly events: EngineEvents,
  ) {
    super();
    this.ring = new Ring(config);
    this.old = new OldEntries(config.natsStream, config.natsSubjectPrefix);
    const { maxPendingAppends: maxPending, appendTimeoutMs: timeoutMs, natsSubjectPrefix: prefix } = config;
    this.appender = new Appender({ maxPending, timeoutMs, prefix }, clock, (on) =>
      this.listener?.pressure(on),
    );
  }

  private get locateMs(): number {
    return Math.min(MAX_LOCATE_MS, this.config.appendTimeoutMs);
  }

  get epoch(): string {
    return this.streamEpoch;
  }

  get head(): number {
    return this.ring.head;
  }

  get first(): number {
    return this.ring.first;
  }

  get size(): number {
    return this.ring.size;
  }

  get bytes(): number {
    return this.ring.bytes;
  }

  get pending(): number {
    return this.appender.size;
  }

  get isReady(): boolean {
    return this.isReading;
  }

  get hasBegun(): boolean {
    return this.begun;
  }

  listen(listener: LogListener): void {
    this.listener = listener;
  }

  append(draft: Draft, settled?: (outcome: Outcome) => void): void {
    this.appender.append(draft, settled);
  }

  settled(): Promise<void> {
    return this.appender.settledSoFar();
  }

  read(after: number, max: number): readonly Entry[] {
    return this.ring.read(after, max);
  }

  readOld(after: number, max: number, done: (entries: readonly Entry[] | undefined) => void): void {
    if (this.client === undefined) done(undefined);
    else this.old.read(this.client, after, Math.min(max, ENTRIES_AT_ONCE), done);
  }

  async start(): Promise<void> {
    const firstTry = this.attach();
    void this.supervise(firstTry);
    await Promise.race([firstTry.catch(rethrowStartError), wait(FIRST_TRY_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.race([this.settled(), wait(FIRST_TRY_MS, undefined, { ref: false })]);
    this.hasEnded = true;
    this.detach();
    this.appender.end();
    this.onTrouble('the hub ends');
    await this.connection?.close();
  }

  locate(position: string, done: (located: Located) => void): void {
    const sequence = readPosition(position, this.epoch);
    if (sequence === undefined) done({ result: 'gone' });
    else void this.locateSequence(sequence, this.clock.monotonicMs() + this.locateMs).then(done);
  }

  /** As long as there is no answer it asks again: who comes back should not pay for a moment's weakness. */
  private async locateSequence(sequence: number, deadlineMs: number): Promise<Located> {
    while (!this.hasEnded && this.clock.monotonicMs() < deadlineMs) {
      const info = await this.lookAtStream();
      if (info === undefined || epochOf(info) !== this.epoch) {
        await wait(RETRY_MS, undefined, { ref: false });
        continue;
      }
      const { first_seq: first, last_seq: last } = info.state;
      if (sequence > last || sequence < first - 1) return { result: 'gone' };
      if (await this.hasReached(sequence, deadlineMs)) return { result: 'found', sequence };
    }
    return { result: 'unavailable' };
  }

  /** Many who ask at the same time share one answer; undefined if there is none. */
  private lookAtStream(): Promise<StreamInfo | undefined> {
    this.info ??= this.askForStream().finally(() => {
      this.info = undefined;
    });
    return this.info;
  }

  private async askForStream(): Promise<StreamInfo | undefined> {
    try {
      return this.manager && (await findStream(this.manager, this.config.natsStream));
    } catch {
      // Whoever looks after the connection tells of that.
      return undefined;
    }
  }

  private async hasReached(sequence: number, deadlineMs: number): Promise<boolean> {
    if (this.head >= sequence) return true;
    const leftMs = Math.max(0, deadlineMs - this.clock.monotonicMs());
    const reached = new Promise<boolean>((resolve) => {
      this.waiters.push({ sequence, tell: () => resolve(true) });
    });
    return Promise.race([reached, wait(leftMs, false, { ref: false })]);
  }

  /** Attaches to the stream, and again whenever something is wrong, until the end. */
  private async supervise(firstTry: Promise<void>): Promise<void> {
    let failures = await this.serve(firstTry, 0);
    while (!this.hasEnded) {
      await wait(Math.min(RETRY_MS * failures, MAX_RETRY_MS), undefined, { ref: false });
      if (!this.hasEnded) failures = await this.serve(this.attach(), failures);
    }
  }

  /** @returns how many attempts have failed in a row, after this one */
  private async serve(attempt: Promise<void>, failures: number): Promise<number> {
    try {
      await attempt;
      const reason = await this.untilTrouble();
      if (!this.hasEnded) this.events.lost(reason);
      return 0;
    } catch (error) {
      if (!this.hasEnded) this.events.refused(error as Error);
      return failures + 1;
    } finally {
      this.detach();
    }
  }

  /** Connects, finds or makes the stream, reads all of it that is new, and lets appends flow. */
  private async attach(): Promise<void> {
    const connection = await this.connect();
    this.manager = await jetstreamManager(connection, { timeout: FIRST_TRY_MS });
    this.client = jetstream(connection, { timeout: FIRST_TRY_MS });
    const info = await ensureStream(this.manager, this.config);
    this.takeStream(info);
    await this.startReader(this.client);
    if (!(await this.hasReached(info.state.last_seq, this.clock.monotonicMs() + MAX_LOCATE_MS)))
      throw new Error('the stream could not be read to its end in time');
    this.appender.open(connection);
    this.isReading = this.begun = true;
    this.events.connected(connection.getServer(), info);
  }

  private async connect(): Promise<NatsConnection> {
    if (this.connection === undefined || this.connection.isClosed()) {
      this.connection = await connectToNats(this.config, (isConnected) => this.natsOnChange(isConnected));
      this.isConnected = true;
      if (this.hasEnded) await this.connection.close();
    }
    if (!this.isConnected) throw new Error('no NATS server answers');
    return this.connection;
  }

  private natsOnChange(isConnected: boolean): void {
    this.isConnected = isConnected;
    if (!isConnected) this.onTrouble('the connection to NATS is lost');
  }

  /** Goes on where this node was, if the stream still has what follows. */
  private takeStream(info: StreamInfo): void {
    const { first_seq: first, last_seq: last } = info.state;
    const isFirst = this.streamEpoch === '';
    const isSame = this.streamEpoch === epochOf(info);
    if (isSame && last >= this.head && first <= this.head + 1) return;
    this.streamEpoch = epochOf(info);
    this.ring.restart(Math.max(0, first - 1, last - this.config.logMaxMessages));
    if (isFirst) this.events.otherLimits(otherLimits(info.config, this.config));
    else this.listener?.lostPlace();
  }

  private async startReader(client: JetStreamClient): Promise<void> {
    this.reader?.stop();
    this.reader = new Reader(client, this.config.natsStream, {
      message: (message) => this.readerOnMessage(message),
      ended: (error) => this.onTrouble(`the reader has ended: ${error?.message ?? 'without a reason'}`),
    });
    await this.reader.start(this.head);
  }

  private readerOnMessage(message: JsMsg): void {
    const sequence = message.seq;
    // A reader that begins anew may bring again what is known.
    if (sequence <= this.head) return;
    if (sequence !== this.head + 1) {
      this.ring.restart(sequence - 1);
      this.listener?.lostPlace();
    }
    const entry = entryOf(message, sequence, this.config.natsSubjectPrefix) ?? this.skip(sequence);
    this.ring.add(entry, this.clock.monotonicMs());
    this.listener?.entry(entry);
    this.appender.seen(idOf(message), sequence);
    if (this.waiters.length > 0) this.wake();
  }

  private skip(sequence: number): Entry {
    this.skipped++;
    this.events.skipped(sequence, this.skipped);
    return nobodysEntry(sequence);
  }

  private wake(): void {
    const reached = this.waiters.filter(({ sequence }) => sequence <= this.head);
    this.waiters = this.waiters.filter(({ sequence }) => sequence > this.head);
    for (const { tell } of reached) tell();
  }

  /** Resolves with what is wrong. */
  private async untilTrouble(): Promise<string> {
    const trouble = new Promise<string>((resolve) => {
      this.onTrouble = resolve;
    });
    if (!this.isConnected) this.onTrouble('the connection to NATS is lost');
    let knownLast = this.head;
    this.watch = setInterval(async () => {
      const { head } = this;
      const info = await this.askForStream();
      const wrong = this.whatIsWrong(info, head, knownLast);
      knownLast = info?.state.last_seq ?? knownLast;
      if (wrong !== undefined) this.onTrouble(wrong);
    }, WATCH_MS).unref();
    return trouble;
  }

  /** @param head of this node before it asked @param knownLast what the stream had at the look before */
  private whatIsWrong(info: StreamInfo | undefined, head: number, knownLast: number): string | undefined {
    if (info === undefined) return 'the stream is gone, or JetStream does not answer';
    if (epochOf(info) !== this.epoch) return 'the stream was made again';
    if (info.state.last_seq < head) return 'the stream has lost its end';
    return this.head < knownLast ? 'the reader stands still' : undefined;
  }

  private detach(): void {
    clearInterval(this.watch);
    this.isReading = false;
    this.reader?.stop();
    this.appender.close();
  }
}

/** What nobody but the operator can mend ends the start; all else may mend itself. */
function rethrowStartError(error: Error): void {
  if (error instanceof StartError) throw error;
}
