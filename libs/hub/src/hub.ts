import { setTimeout as wait } from 'node:timers/promises';
import { CLOSE } from '@ws-hub/protocol';
import { Access, type AccessTerms, isOpen, NO_ACCESS } from './access/access.js';
import { AccessControl, type AccessProblem } from './access/access-control.js';
import { SharedGrants } from './access/grants.js';
import type { Revocation } from './access/revocations.js';
import type { Account } from './backpressure/account.js';
import type { WorkBudget } from './backpressure/work-budget.js';
import { Connection, type Member } from './connection/connection.js';
import { Connections } from './connection/connections.js';
import { type Disconnection, Disconnects } from './connection/disconnects.js';
import type { Transport } from './connection/transport.js';
import type { FanOut } from './delivery/fan-out.js';
import type { HubCounters, HubEvents } from './events.js';
import { Recorder } from './explain/recorder.js';
import type { Guard } from './guard.js';
import type { HubOptions } from './hub-options.js';
import { HubParts } from './hub-parts.js';
import { Inspection } from './inspection/inspection.js';
import {
  type HistoryPage,
  type HistoryRequest,
  HistorySeats,
  type MessageLog,
  type Notice,
  type Position,
  readHistory,
  readPosition,
} from './log/index.js';
import { Inquiries } from './notices/inquiries.js';
import { NoticeBoard } from './notices/notice-board.js';
import type { PublishOutcome, PublishRequest } from './publishing/publish-request.js';
import { Publishing } from './publishing/publishing.js';
import type { Publisher } from './publishing/speaker.js';
import type { Beginning } from './subscriptions/beginning.js';
import type { Greeting, JoinRequest } from './subscriptions/joining.js';
import type { SubscribeOutcome } from './subscriptions/subscribe-outcome.js';
import { type Clock, SystemClock } from './time/clock.js';
import type { HubTracer } from './tracing/hub-tracer.js';

/** How long the drain waits for what a remote log has not confirmed. */
const SETTLE_TIMEOUT_MS = 1_000;

/**
 * The hub: what one client publishes on a channel, every other one that listens there hears, once, in one order.
 *
 * The order is that of the log, which is that in which `publish` is called. Delivery is at most once, while connected;
 * clients whose dialect has positions replay from the log what they missed.
 *
 * This class is the only door: who brings clients to the hub (a gateway, a dialect, an application) sees nothing behind it.
 */
export class Hub {
  readonly counters: HubCounters;
  readonly events: HubEvents;
  /** Ends bugs that a peer has reached: for gateways too. */
  readonly guard: Guard;
  /** Shares the event loop out: for what gateways do before there is a connection. */
  readonly budget: WorkBudget;
  /** Who may read a part of the log at the moment. */
  readonly histories = new HistorySeats();
  private readonly parts: HubParts;
  private readonly connections: Connections;
  private readonly access: AccessControl;
  private readonly publishing: Publishing;
  private readonly disconnects: Disconnects;
  private readonly board = new NoticeBoard();
  private readonly grants = new SharedGrants();
  /** Questions to all hubs of the log, and their answers. */
  readonly inquiries: Inquiries;
  /** What the hub is like at the moment, for those that only look. */
  readonly inspection: Inspection;
  private draining = false;

  /** @param log the order of messages; whoever made it starts and stops it */
  constructor(
    private readonly options: HubOptions,
    private readonly log: MessageLog,
    private readonly clock: Clock = new SystemClock(),
  ) {
    this.parts = new HubParts(options, log, clock);
    this.counters = this.parts.counters;
    this.events = this.parts.events;
    this.guard = this.parts.guard;
    this.budget = this.parts.budget;
    this.connections = new Connections(this.events, this.guard);
    const { all } = this.connections;
    this.access = new AccessControl({ ...this.parts, clock }, this.board, log, all);
    this.publishing = new Publishing({ ...this.parts, clock }, log, this.access);
    this.disconnects = new Disconnects(this.board, log, this.parts.users, all);
    this.inquiries = new Inquiries(this.board, (notice) => log.post(notice), clock);
    this.inspection = new Inspection(this.parts, log, clock);
    this.listenToLog(this.parts.fanOut);
  }

  /** Begins to look after connections. */
  start(): void {
    this.parts.liveness.start();
  }

  /** Has messages traced from now on. Without it, none is. */
  trace(tracer: HubTracer): void {
    this.parts.tracing.begin(tracer);
  }

  /** Whether somebody traces messages. */
  get isTraced(): boolean {
    return this.parts.tracing.isOn;
  }

  /** The span that is active where this is called, for a message that goes on with it; undefined if nothing is recorded. */
  activeTrace(): string | undefined {
    return this.parts.tracing.active();
  }

  /** Has what happens to connections recorded, so that it can be explained; before anybody connects. @param maxBytes of memory */
  record(maxBytes: number): Recorder {
    const { log, clock, inspection } = this;
    const recorder = new Recorder(maxBytes, { log, clock, inspection });
    this.events.attach(recorder);
    this.parts.flusher.written = (withNewest) => recorder.written(withNewest);
    return recorder;
  }

  /** Ends what runs by itself; connections that are left stay as they are. */
  stop(): void {
    this.parts.liveness.stop();
    this.parts.slow.stop();
    this.access.stop();
    this.budget.stop();
  }

  /** The hub takes no newcomers any more. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** How many are connected. */
  get size(): number {
    return this.connections.all.size;
  }

  /** How many are connected in each dialect that there was, by the names of their encoders. */
  get sizeByDialect(): ReadonlyMap<string, number> {
    return this.connections.sizeByDialect;
  }

  /** All connections, also those that have not said yet who they are. */
  get all(): ReadonlySet<Connection> {
    return this.connections.all;
  }

  /** The connections of a client, also those that go by this name but have not said hello yet; looks at all there are. */
  connectionsOf(clientId: string): readonly Connection[] {
    return [...this.connections.all].filter((connection) => connection.clientId === clientId);
  }

  /** Bytes that wait in this process for slow clients. */
  get queuedBytes(): number {
    return this.parts.slow.total();
  }

  /** Somebody is there; they hear something when their dialect lets them listen. */
  join(transport: Transport, member: Member): Connection {
    const connection = new Connection(transport, member, Math.round(this.clock.monotonicMs()));
    this.connections.add(connection);
    this.parts.liveness.watch(connection);
    const { access } = member;
    if (access !== undefined && access !== NO_ACCESS) this.access.set(connection, access);
    return connection;
  }

  /** What somebody may do who was admitted with these terms; undefined if that is everything, for ever. */
  accessOf(terms: AccessTerms): Access | undefined {
    return isOpen(terms) ? undefined : Access.of(terms, this.grants);
  }

  /** Whether a token counts no more. */
  isRevoked(access: Access): boolean {
    return this.parts.revocations.isRevoked(access);
  }

  /** Why somebody stays out whose token is good. @param connection theirs, if it is here already */
  problemOf(access: Access, connection?: Connection): AccessProblem | undefined {
    return this.access.problemOf(access, connection);
  }

  /**
   * The connection has these rights from now on. What it hears of channels that it may not hear any longer ends at its
   * own place in the order.
   *
   * @param access undefined: it may do everything
   * @returns those channels, and that place as text; undefined if there are none
   */
  authorize(
    connection: Connection,
    access: Access | undefined,
  ): { channels: readonly string[]; position: string } | undefined {
    const lost = this.access.set(connection, access);
    return lost && { channels: lost.channels, position: this.textOf(lost.position) };
  }

  /**
   * Tokens count no more: connections with them end (4401), and no other is admitted with them, on all hubs of the log.
   *
   * @returns when all hubs are told; it is in force on this one at once
   * @throws NoticeError if the log did not take it
   */
  revoke(revocation: Revocation): Promise<void> {
    return this.access.revoke(revocation);
  }

  /**
   * The connection is this client's from now on, and hears these channels: from now, or from a position on, which the
   * log may have to be asked for. Meanwhile nothing more of the connection is handled.
   *
   * @param greet called in the turn of the event loop in which it begins, before anything is heard
   */
  listen(connection: Connection, request: JoinRequest, greet?: (greeting: Greeting) => void): void {
    this.parts.joining.join(connection, request, greet, (beginning) => this.listens(connection, beginning));
  }

  leave(connection: Connection, code: number, reason: string): void {
    this.events.leaving(connection, code, reason);
    this.connections.remove(connection);
    this.access.left(connection);
    this.parts.liveness.forget(connection);
    this.parts.slow.forget(connection);
    this.parts.flow.forget(connection);
    if (this.parts.subscriptions.end(connection)) {
      const durationMs = this.clock.monotonicMs() - connection.joinedAtMs;
      this.events.disconnected(connection, { code, reason, durationMs, connections: this.size });
    } else this.events.leftUnknown(connection, code);
  }

  /** A message has come, of whatever kind; its dialect handles it when it is its turn. */
  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    this.parts.intake.receive(connection, data, isBinary);
  }

  /**
   * @param settled told what became of it, if somebody wants to know
   * @param sender whose message it is, if it is a client's: then its rights are judged
   */
  publish(request: PublishRequest, settled?: (outcome: PublishOutcome) => void, sender?: Publisher): void {
    this.publishing.publish(request, settled, sender);
  }

  /** What a client causes on all its connections and requests is charged here. */
  accountOf(clientId: string): Account {
    return this.parts.identities.accountOf(clientId);
  }

  /**
   * Counts messages of a client that cannot be slowed down, unless they are too many or nobody can follow.
   *
   * @param bytes of all of them
   * @returns 0 if they are let in; else the milliseconds after which it may try again, and nothing is counted
   */
  admit(account: Account, user: string | undefined, messages: number, bytes: number): number {
    const ofUser = user === undefined ? undefined : this.parts.users.accountOf(user);
    return this.parts.flow.admit(account, ofUser, messages, bytes);
  }

  /** The same for a request that is no message. */
  admitRequest(account: Account): number {
    return this.parts.flow.admitRequest(account);
  }

  /** Whether nobody is let in now, whoever it is: the log does not keep up, or clients do not. */
  get isOverloaded(): boolean {
    return this.parts.flow.isOverloaded;
  }

  /**
   * Reads what was said on a channel and is kept. Whoever asks has taken a seat (`histories`).
   *
   * @param account who is charged for it
   * @throws HistoryError
   */
  history(request: HistoryRequest, account: Account): Promise<HistoryPage> {
    return readHistory({ ...this.parts, log: this.log }, request, account);
  }

  /**
   * Ends the connections of a user or a client, on all hubs of the log.
   *
   * @returns when all hubs are told; on this one it is done at once
   * @throws NoticeError if the other hubs could not be told
   */
  disconnect(disconnection: Disconnection): Promise<void> {
    return this.disconnects.everywhere(disconnection);
  }

  /** Has a notice of this topic handed over, whichever hub has posted it, this one included. Perhaps more than once. */
  onNotice(topic: string, heard: (notice: Notice) => void): void {
    this.board.on(topic, heard);
  }

  /** Lets a connection hear more channels, from its own place in the order on; or none of them, and says why. */
  subscribe(connection: Connection, channels: readonly string[]): SubscribeOutcome {
    const { access } = connection;
    const refused = access ? this.refusedOf(connection, access, channels) : [];
    if (refused.length > 0) {
      this.events.forbidden(connection, 'subscribe', refused);
      return { result: 'forbidden', channels: refused };
    }
    const heard = this.parts.subscriptions.channelsOf(connection);
    const more = channels.filter((channel) => !heard.has(channel));
    if (heard.size + more.length > this.options.maxChannelsPerConnection) return { result: 'too_many' };
    const position = this.textOf(this.parts.subscriptions.change(connection, more, true));
    return { result: 'subscribed', position };
  }

  /** The same for fewer. @returns its place in the order, as text */
  unsubscribe(connection: Connection, channels: readonly string[]): string {
    const heard = this.parts.subscriptions.channelsOf(connection);
    const fewer = channels.filter((channel) => heard.has(channel));
    return this.textOf(this.parts.subscriptions.change(connection, fewer, false));
  }

  /** Sends something to one connection alone, in its order with what it hears. */
  tell(connection: Connection, bytes: Buffer): void {
    if (connection.isOpen) this.parts.subscriptions.tell(connection, bytes);
  }

  /** Up to where everything was said to a connection, after sending what waits; undefined while it catches up. */
  cursorOf(connection: Connection): Position | undefined {
    return this.parts.subscriptions.isCatchingUp(connection)
      ? undefined
      : this.parts.subscriptions.cursorOf(connection);
  }

  /** Whether an entry of the log is still on its way to this connection. */
  isAhead(connection: Connection, position: Position): boolean {
    return this.parts.subscriptions.isAhead(connection, position);
  }

  /** Milliseconds until a connection's token expires; undefined if it does not, or there is none. */
  expiresInMs({ access }: Connection): number | undefined {
    const { expiresAtMs } = access ?? {};
    return expiresAtMs === undefined ? undefined : Math.max(0, Math.round(expiresAtMs - this.clock.unixMs()));
  }

  /** Whether this names a place in the log as it is now. */
  knows(position: string): boolean {
    return readPosition(position, this.log.epoch) !== undefined;
  }

  /** A position as it travels. */
  textOf(position: Position): string {
    return this.log.textOf(position);
  }

  /** Counts a message that asks for something, besides the message itself. */
  countRequest(sender: Connection): void {
    this.parts.flow.countRequest(sender);
  }

  /** A ping or an unasked pong: each costs an answer or a look, so too many end the connection (1008). */
  controlFrame(connection: Connection): void {
    if (this.parts.flow.countControl(connection) || !connection.isOpen) return;
    this.events.violation(connection, 'control_frames');
    connection.expel(CLOSE.policyViolation, 'too many control frames');
  }

  /** A pong has come, asked for or not. */
  pong(connection: Connection): void {
    this.answered(connection);
    this.controlFrame(connection);
  }

  /** A ping was answered, in whatever dialect. */
  answered(connection: Connection): void {
    this.parts.liveness.answered(connection);
  }

  /** The peer has broken the transport's protocol, which ends the connection. */
  protocolError(connection: Connection, error: Error): void {
    this.events.violation(connection, 'protocol', error);
  }

  /** Sends everybody away (1012, they come back later); resolves when the last one has left. */
  async drain(): Promise<void> {
    this.draining = true;
    // What was accepted is delivered, and told to those that publish without a connection; what is said from now on is stored,
    // and heard by those who are still there.
    await Promise.race([this.log.settled(), wait(SETTLE_TIMEOUT_MS, undefined, { ref: false })]);
    await this.connections.drain(() => this.parts.flusher.flush(), this.options.drainTimeoutMs);
  }

  private listenToLog(fanOut: FanOut): void {
    const { guard } = this;
    this.log.listen({
      entry: (entry) => {
        fanOut.add(entry);
        this.events.entry(entry);
      },
      lostPlace: () => {
        this.parts.subscriptions.forgetReplays();
        this.events.lostPlace();
        this.connections.sendBack();
      },
      notice: (notice) => guard.run('notice', () => this.board.heard(notice)),
      pressure: (on) => guard.run('log pressure', () => this.parts.flow.setLogFull(on)),
      failed: (what, error) => guard.failed(what, error),
    });
  }

  /** A channel joins a replay where that is: then it brings what was said before, which takes the right to it. */
  private refusedOf(connection: Connection, access: Access, channels: readonly string[]): readonly string[] {
    const bringsHistory = this.parts.subscriptions.bringsHistory(connection);
    return channels.filter(
      (channel) => !access.may('subscribe', channel) || (bringsHistory && !access.may('history', channel)),
    );
  }

  private listens(connection: Connection, beginning: Beginning): void {
    // Its hello waited for its turn, and it left meanwhile: nobody would ever take it out of where it listens.
    if (!this.connections.all.has(connection)) {
      this.parts.subscriptions.leave(connection);
      return;
    }
    this.events.began(connection, beginning);
    this.parts.joining.boundConnections(connection.identity);
    this.events.connected(connection, this.size);
  }
}
