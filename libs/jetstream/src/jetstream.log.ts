import { setTimeout as wait } from 'node:timers/promises';
import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import {
  type Clock,
  type Draft,
  type Entry,
  eventsOf,
  type Ledger,
  type Located,
  type LogEnvironment,
  type LogEvents,
  type LogListener,
  LogStartError,
  MessageLog,
  type Notice,
  type Outcome,
  type Position,
  positionAt,
} from '@ws-hub/hub';
import { Appender } from './appender.js';
import { AwaitedRing } from './awaited-ring.js';
import { EntryMessages } from './entry-message.js';
import { LateListener } from './late-listener.js';
import { JetStreamLedger } from './ledger/jetstream-ledger.js';
import { Locator } from './locator.js';
import { logStream, otherLimits } from './log-stream.js';
import { NatsLink } from './nats-link.js';
import type { Jet } from './notices/notice-upkeep.js';
import { Notices } from './notices/notices.js';
import { OldEntries } from './old-entries.js';
import type { JetStreamOptions } from './options.js';
import { Place } from './place.js';
import { SecretMarks } from './secret-marks.js';
import { ensureStream } from './stream.js';
import { StreamLook } from './stream-look.js';
import { Supervisor } from './supervisor.js';
import { Tail } from './tail.js';
import { Watch } from './watch.js';

const FIRST_TRY_MS = 2_000;
/** A reconnecting client is answered within this time, or told to try again (PROTOCOL.md, "Recovered"). */
const MAX_LOCATE_MS = 10_000;
const ENTRIES_AT_ONCE = 500;
const LOST = 'the connection to NATS is lost';

/**
 * The distributed engine: one JetStream stream is the log of all hubs. Drafts are appended to it, and each hub sends
 * its clients what it reads from it, so that all have one order. The newest entries are kept in a ring.
 */
export class JetStreamLog extends MessageLog {
  /** JetStream remembers all keys for its duplicate window. */
  readonly forgottenKeys = 0;
  private readonly ring: AwaitedRing;
  private readonly look: StreamLook;
  private readonly place: Place;
  private readonly locator: Locator;
  private readonly watch: Watch;
  private readonly appender: Appender;
  private readonly old: OldEntries;
  private readonly tell = new LateListener();
  private readonly link: NatsLink;
  private readonly supervisor: Supervisor;
  private client: JetStreamClient | undefined;
  private readonly tail: Tail;
  private readonly notices: Notices;
  private isReading = false;
  private readonly events: LogEvents;
  private readonly clock: Clock;
  private ownLedger: JetStreamLedger | undefined;
  private ending: Promise<void> | undefined;

  constructor(
    private readonly config: JetStreamOptions,
    environment: LogEnvironment,
  ) {
    super();
    const { clock } = environment;
    this.clock = clock;
    this.events = eventsOf(environment);
    this.ring = new AwaitedRing(config);
    this.look = new StreamLook(config.natsStream);
    this.place = new Place(this.look, this.ring, config.logMaxMessages, () => this.tell.lostPlace());
    this.locator = new Locator(this.look, this.ring, () => this.epoch, clock);
    this.watch = new Watch(this.look, this.ring, clock, this.tell);
    const messages = new EntryMessages(config);
    this.old = new OldEntries(config.natsStream, messages);
    const { maxPendingAppends: maxPending, appendTimeoutMs: timeoutMs } = config;
    this.appender = new Appender({ maxPending, timeoutMs }, messages, clock, this.tell);
    const { place, ring, events } = this;
    this.tail = new Tail(
      { stream: config.natsStream, messages, place, ring, clock, events },
      {
        entry: (entry, id) => this.tailOnEntry(entry, id),
        failed: (error) => this.tailOnFailure(error),
        ended: (error) => this.watch.report(`the reader has ended: ${error?.message ?? 'without a reason'}`),
      },
    );
    this.link = new NatsLink(config, (isConnected) => this.linkOnChange(isConnected));
    this.notices = new Notices(config, clock, {
      ...{ tell: this.tell, events, isConnected: () => this.link.isConnected },
      trouble: (reason) => this.watch.report(reason),
    });
    const [attach, detach] = [() => this.attach(), () => this.detach()];
    this.supervisor = new Supervisor({ attach, untilTrouble: () => this.untilTrouble(), detach }, events);
  }

  get epoch(): string {
    return this.place.epoch;
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

  get pending(): number {
    return this.appender.size;
  }

  get skipped(): number {
    return this.tail.skipped + this.notices.skipped + (this.ownLedger?.skipped ?? 0);
  }

  get isReady(): boolean {
    return this.isReading;
  }

  get hasBegun(): boolean {
    return this.place.isHeard;
  }

  listen(listener: LogListener): void {
    this.tell.listener = listener;
  }

  append(draft: Draft, settled?: (outcome: Outcome) => void): void {
    this.appender.append(draft, settled);
  }

  post(notice: Notice): Promise<void> {
    return this.notices.post(notice);
  }

  ledger(): Ledger {
    this.ownLedger ??= new JetStreamLedger(this.config, this.clock, {
      way: () => this.wayToLedger(),
      refused: (error) => this.events.refused(error),
    });
    return this.ownLedger;
  }

  settled(): Promise<void> {
    return this.appender.settledSoFar();
  }

  read(after: Position, max: number): readonly Entry[] {
    return this.ring.read(after, max);
  }

  /** The stream is bounded as a whole, so the channels make no difference. */
  has(after: Position): boolean {
    return this.ring.first <= after + 1;
  }

  /** Not beyond the listener's last entry: the listener gets everything after it. */
  readOld(after: Position, max: number, done: (entries: readonly Entry[] | undefined) => void): void {
    const { client, epoch } = this;
    const most = Math.min(max, ENTRIES_AT_ONCE, this.head - after);
    if (client === undefined) done(undefined);
    else if (most <= 0) done([]);
    else this.old.read(client, epoch, after, most, done);
  }

  async start(): Promise<void> {
    const firstTry = this.supervisor.start();
    await Promise.race([firstTry.catch(rethrowStartError), wait(FIRST_TRY_MS, undefined, { ref: false })]);
  }

  stop(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async end(): Promise<void> {
    await Promise.race([this.settled(), wait(FIRST_TRY_MS, undefined, { ref: false })]);
    this.supervisor.end();
    this.appender.end();
    this.notices.end();
    await this.ownLedger?.end();
    this.watch.report('the hub is shutting down');
    this.locator.end();
    await this.link.end();
  }

  locate(text: string, _channels: ReadonlySet<string>, done: (located: Located) => void): void {
    const withinMs = Math.min(MAX_LOCATE_MS, this.config.appendTimeoutMs);
    void this.locator.answer(text, withinMs, this.tell).then(done);
  }

  /** Connects, finds or creates the stream, reads all its new entries, and starts sending appends. */
  private async attach(): Promise<void> {
    const connection = await this.link.connect();
    // Without checking the account, which only the leader of JetStream as a whole answers. The stream has a leader of
    // its own.
    const manager = await jetstreamManager(connection, { timeout: FIRST_TRY_MS, checkAPI: false });
    this.look.manager = manager;
    this.client = jetstream(connection, { timeout: FIRST_TRY_MS });
    // A hub that cannot use this stream must not create a stream of notices beside it.
    await this.ensureStream(manager);
    // Nothing is delivered before this hub knows all revocations.
    await this.notices.attach({ connection, manager, client: this.client });
    const info = await this.ensureStream(manager);
    if ((await this.place.take(info)) && !this.hasBegun)
      this.events.otherLimits(otherLimits(info.config, this.config));
    await this.tail.start(this.client);
    await this.place.readToEnd(info);
    this.appender.open(connection);
    this.isReading = this.place.isHeard = true;
    this.tellConnected(connection.getServer(), info);
  }

  /** A hub that cannot use this log must not create a ledger beside it. */
  private wayToLedger(): Jet | undefined {
    const { client } = this;
    const { manager } = this.look;
    if (!this.isReading || !this.link.isConnected || client === undefined || manager === undefined)
      return undefined;
    return { client, manager };
  }

  private ensureStream(manager: JetStreamManager): Promise<StreamInfo> {
    return ensureStream(manager, logStream(this.config), new SecretMarks(this.config));
  }

  private tellConnected(server: string, { config, state }: StreamInfo): void {
    const { first_seq: first, last_seq: last } = state;
    this.events.connected({ server, stream: config.name, first, last });
  }

  private linkOnChange(isConnected: boolean): void {
    if (isConnected) this.supervisor.hurry();
    else this.watch.report(LOST);
  }

  private untilTrouble(): Promise<string> {
    const trouble = this.watch.untilTrouble(this.epoch);
    if (this.notices.trouble !== undefined) this.watch.report(this.notices.trouble);
    if (!this.link.isConnected) this.watch.report(LOST);
    return trouble;
  }

  private tailOnEntry(entry: Entry, id: string): void {
    this.tell.entry(entry);
    this.appender.seen(id, entry.position);
  }

  /**
   * The ring may have an entry that the listener did not get. Clients with a cursor reconnect, and replay it from
   * there.
   */
  private tailOnFailure(error: unknown): void {
    this.tell.failed('reading the log', error);
    this.tell.lostPlace();
    this.watch.report('the reader has failed');
  }

  private detach(): void {
    this.watch.end();
    this.isReading = false;
    this.tail.stop();
    this.notices.detach();
    this.appender.close();
  }
}

/** Problems that only the operator can fix end the start. Others may pass. */
function rethrowStartError(error: Error): void {
  if (error instanceof LogStartError) throw error;
}
