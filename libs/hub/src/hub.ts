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

/** How long the drain waits for a remote log to confirm messages. */
const SETTLE_TIMEOUT_MS = 1_000;

/**
 * The hub: a message that one client publishes on a channel is delivered to every other subscriber, once, in one order.
 *
 * The order is that of the log, which is the order of the calls to `publish`. Delivery is at most once, while
 * connected; clients whose dialect has positions replay missed messages from the log.
 *
 * This class is the only entry: code that brings clients to the hub (a gateway, a dialect, an application) sees nothing
 * behind it.
 */
export class Hub {
  readonly counters: HubCounters;
  readonly events: HubEvents;
  /** Ends bugs that a peer has triggered; for gateways too. */
  readonly guard: Guard;
  /** Shares the event loop between clients; for gateways' work before there is a connection. */
  readonly budget: WorkBudget;
  /** Limits how many clients read a part of the log at a time. */
  readonly histories = new HistorySeats();
  private readonly parts: HubParts;
  private readonly connections: Connections;
  private readonly access: AccessControl;
  private readonly publishing: Publishing;
  private readonly disconnects: Disconnects;
  private readonly board = new NoticeBoard();
  private readonly grants = new SharedGrants();
  /** Requests to all hubs of the log, and their answers. */
  readonly inquiries: Inquiries;
  /** The current state of the hub, read-only. */
  readonly inspection: Inspection;
  private draining = false;

  /** @param log the order of messages; its creator starts and stops it */
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

  /** Starts the timers for connections. */
  start(): void {
    this.parts.liveness.start();
  }

  /** Enables tracing of messages, which is off by default. */
  trace(tracer: HubTracer): void {
    this.parts.tracing.begin(tracer);
  }

  /** Whether messages are traced. */
  get isTraced(): boolean {
    return this.parts.tracing.isOn;
  }

  /** The active span, as the parent of a message's; undefined if nothing is recorded. */
  activeTrace(): string | undefined {
    return this.parts.tracing.active();
  }

  /**
   * Starts recording what happens to connections, so that it can be explained. Call it before anybody connects. @param
   * maxBytes of memory
   */
  record(maxBytes: number): Recorder {
    const { log, clock, inspection } = this;
    const recorder = new Recorder(maxBytes, { log, clock, inspection });
    this.events.attach(recorder);
    this.parts.flusher.written = (withNewest) => recorder.written(withNewest);
    return recorder;
  }

  /** Stops the timers; remaining connections stay as they are. */
  stop(): void {
    this.parts.liveness.stop();
    this.parts.slow.stop();
    this.access.stop();
    this.budget.stop();
  }

  /** Whether the hub rejects new connections. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** The number of connections. */
  get size(): number {
    return this.connections.all.size;
  }

  /** The number of connections per dialect used so far, by the name of its encoder. */
  get sizeByDialect(): ReadonlyMap<string, number> {
    return this.connections.sizeByDialect;
  }

  /** All connections, including those that are not identified yet. */
  get all(): ReadonlySet<Connection> {
    return this.connections.all;
  }

  /**
   * The connections of a client, including those with this client id that have not sent a hello yet. Searches all
   * connections.
   */
  connectionsOf(clientId: string): readonly Connection[] {
    return [...this.connections.all].filter((connection) => connection.clientId === clientId);
  }

  /** Bytes buffered in this process for slow clients. */
  get queuedBytes(): number {
    return this.parts.slow.total();
  }

  /** Adds a client. It receives messages once its dialect calls `listen`. */
  join(transport: Transport, member: Member): Connection {
    const connection = new Connection(transport, member, Math.round(this.clock.monotonicMs()));
    this.connections.add(connection);
    this.parts.liveness.watch(connection);
    const { access } = member;
    if (access !== undefined && access !== NO_ACCESS) this.access.set(connection, access);
    return connection;
  }

  /** The rights of a client that was admitted on these terms; undefined if they allow everything forever. */
  accessOf(terms: AccessTerms): Access | undefined {
    return isOpen(terms) ? undefined : Access.of(terms, this.grants);
  }

  /** Whether a token is revoked. */
  isRevoked(access: Access): boolean {
    return this.parts.revocations.isRevoked(access);
  }

  /** Why a client with a valid token is rejected. @param connection its existing connection, if there is one */
  problemOf(access: Access, connection?: Connection): AccessProblem | undefined {
    return this.access.problemOf(access, connection);
  }

  /**
   * Gives the connection these rights from now on. Channels that it may no longer receive end at its own place in
   * the order.
   *
   * @param access undefined means everything
   * @returns the removed channels, and the place as text; undefined if there are none
   */
  authorize(
    connection: Connection,
    access: Access | undefined,
  ): { channels: readonly string[]; position: string } | undefined {
    const lost = this.access.set(connection, access);
    return lost && { channels: lost.channels, position: this.textOf(lost.position) };
  }

  /**
   * Revokes tokens on all hubs of the log: their connections are closed (4401), and new ones are rejected.
   *
   * @returns when all hubs are notified; on this one it takes effect at once
   * @throws NoticeError if the log did not store it
   */
  revoke(revocation: Revocation): Promise<void> {
    return this.access.revoke(revocation);
  }

  /**
   * Assigns the connection to a client and subscribes it to these channels: from now on, or from a position, which may
   * require reading the log. Further input of the connection waits in the meantime.
   *
   * @param greet called in the turn of the event loop in which the subscription begins, before any message
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

  /** Accepts input of any type. Its dialect handles it when it is its turn. */
  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    this.parts.intake.receive(connection, data, isBinary);
  }

  /**
   * @param settled called with the result
   * @param sender the client that publishes; its rights are checked
   */
  publish(request: PublishRequest, settled?: (outcome: PublishOutcome) => void, sender?: Publisher): void {
    this.publishing.publish(request, settled, sender);
  }

  /** The account that all connections and requests of a client are charged to. */
  accountOf(clientId: string): Account {
    return this.parts.identities.accountOf(clientId);
  }

  /**
   * Counts messages of a client that cannot be paused, unless they are too many or the hub is overloaded.
   *
   * @param bytes of all of them
   * @returns 0 if they are admitted; otherwise the milliseconds to wait before a retry, and nothing is counted
   */
  admit(account: Account, user: string | undefined, messages: number, bytes: number): number {
    const ofUser = user === undefined ? undefined : this.parts.users.accountOf(user);
    return this.parts.flow.admit(account, ofUser, messages, bytes);
  }

  /** Like `admit`, for a request that is not a message. */
  admitRequest(account: Account): number {
    return this.parts.flow.admitRequest(account);
  }

  /** Whether all such messages are rejected now: the log or the subscribers do not keep up. */
  get isOverloaded(): boolean {
    return this.parts.flow.isOverloaded;
  }

  /**
   * Reads the stored messages of a channel. The caller must have taken a seat (`histories`).
   *
   * @param account charged for it
   * @throws HistoryError
   */
  history(request: HistoryRequest, account: Account): Promise<HistoryPage> {
    return readHistory({ ...this.parts, log: this.log }, request, account);
  }

  /**
   * Closes the connections of a user or a client, on all hubs of the log.
   *
   * @returns when all hubs are notified; on this one it takes effect at once
   * @throws NoticeError if the other hubs could not be notified
   */
  disconnect(disconnection: Disconnection): Promise<void> {
    return this.disconnects.everywhere(disconnection);
  }

  /**
   * Calls back for each notice of this topic, whichever hub posted it, including this one. May be called more than once
   * per notice.
   */
  onNotice(topic: string, heard: (notice: Notice) => void): void {
    this.board.on(topic, heard);
  }

  /**
   * Subscribes a connection to more channels, from its own place in the order on. Either all are added, or none with a
   * reason.
   */
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

  /** Unsubscribes a connection from channels. @returns its place in the order, as text */
  unsubscribe(connection: Connection, channels: readonly string[]): string {
    const heard = this.parts.subscriptions.channelsOf(connection);
    const fewer = channels.filter((channel) => heard.has(channel));
    return this.textOf(this.parts.subscriptions.change(connection, fewer, false));
  }

  /** Sends bytes to one connection alone, in order with its messages. */
  tell(connection: Connection, bytes: Buffer): void {
    if (connection.isOpen) this.parts.subscriptions.tell(connection, bytes);
  }

  /** The position up to which everything was sent to a connection, after sending what waits. Undefined during a replay. */
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

  /** Whether the text is a position in the current log. */
  knows(position: string): boolean {
    return readPosition(position, this.log.epoch) !== undefined;
  }

  /** A position as text. */
  textOf(position: Position): string {
    return this.log.textOf(position);
  }

  /** Charges a message that requests something, besides the message itself. */
  countRequest(sender: Connection): void {
    this.parts.flow.countRequest(sender);
  }

  /** A ping or an unsolicited pong. Each costs work, so too many end the connection (1008). */
  controlFrame(connection: Connection): void {
    if (this.parts.flow.countControl(connection) || !connection.isOpen) return;
    this.events.violation(connection, 'control_frames');
    connection.expel(CLOSE.policyViolation, 'too many control frames');
  }

  /** A pong has arrived, solicited or not. */
  pong(connection: Connection): void {
    this.answered(connection);
    this.controlFrame(connection);
  }

  /** A ping was answered, in any dialect. */
  answered(connection: Connection): void {
    this.parts.liveness.answered(connection);
  }

  /** The peer has violated the transport's protocol, which ends the connection. */
  protocolError(connection: Connection, error: Error): void {
    this.events.violation(connection, 'protocol', error);
  }

  /** Closes all connections (1012, the clients reconnect later). Resolves when the last one has ended. */
  async drain(): Promise<void> {
    this.draining = true;
    // What was accepted is delivered, and reported to publishers without a connection. What is published from now on is
    // stored, and delivered to the remaining connections.
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

  /**
   * A channel that is added during a replay starts at the replay's position. That brings earlier messages, which
   * requires the right to history.
   */
  private refusedOf(connection: Connection, access: Access, channels: readonly string[]): readonly string[] {
    const bringsHistory = this.parts.subscriptions.bringsHistory(connection);
    return channels.filter(
      (channel) => !access.may('subscribe', channel) || (bringsHistory && !access.may('history', channel)),
    );
  }

  private listens(connection: Connection, beginning: Beginning): void {
    // Its hello waited for its turn and it has left since: nothing would ever remove its subscriptions.
    if (!this.connections.all.has(connection)) {
      this.parts.subscriptions.leave(connection);
      return;
    }
    this.events.began(connection, beginning);
    this.parts.joining.boundConnections(connection.identity);
    this.events.connected(connection, this.size);
  }
}
