import { setTimeout as wait } from 'node:timers/promises';
import { CLOSE, reconnectAdvice } from '@ws-hub/protocol';
import { Audiences } from './audience/audiences.js';
import { FlowControl } from './backpressure/flow-control.js';
import { SlowConsumers } from './backpressure/slow-consumers.js';
import { WorkBudget } from './backpressure/work-budget.js';
import { Connection, type Member } from './connection/connection.js';
import { drain, drainSpreadMs } from './connection/drain.js';
import { Identities, type Identity } from './connection/identities.js';
import { Liveness } from './connection/liveness.js';
import type { Transport } from './connection/transport.js';
import { FanOut } from './delivery/fan-out.js';
import { Flusher } from './delivery/flusher.js';
import { SocketWriter } from './delivery/socket-writer.js';
import { HubCounters, HubEvents } from './events.js';
import { Guard } from './guard.js';
import type { HubOptions } from './hub-options.js';
import { Intake } from './intake/intake.js';
import type { Draft, MessageLog, Outcome, Position } from './log/index.js';
import { type Greeting, Joining, type JoinRequest } from './subscriptions/joining.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { type Clock, SystemClock } from './time/clock.js';

/** How long the drain waits for what a remote log has not confirmed. */
const SETTLE_TIMEOUT_MS = 1_000;
/** Over how long clients are to spread their return when the log has lost its place: a second, a millisecond for each. */
const LEAST_SPREAD_MS = 1_000;

/** What somebody says, and where. */
export interface PublishRequest {
  readonly clientId: string;
  readonly channel: string;
  readonly content: string;
  /** The sender's name for it; without one it cannot be sent again, and nobody waits for an ack. */
  readonly key?: string | undefined;
}

/**
 * The hub: what one client publishes on a channel, every other one that listens there hears, once, in one order.
 *
 * The order is that of the log, which is that in which `publish` is called. Delivery is at most once, while connected;
 * clients whose dialect has positions replay from the log what they missed.
 *
 * This class is the only door: who brings clients to the hub (a gateway, a dialect, an application) sees nothing behind it.
 */
export class Hub {
  readonly counters = new HubCounters();
  readonly events = new HubEvents();
  /** Ends bugs that a peer has reached: for gateways too. */
  readonly guard = new Guard(this.events);
  /** Shares the event loop out: for what gateways do before there is a connection. */
  readonly budget: WorkBudget;
  private readonly connections = new Set<Connection>();
  private readonly identities = new Identities();
  private readonly flow: FlowControl;
  private readonly slow: SlowConsumers;
  private readonly liveness: Liveness;
  private readonly intake: Intake;
  private readonly flusher: Flusher;
  private readonly subscriptions: Subscriptions;
  private readonly joining: Joining;
  private emptied: (() => void) | undefined;
  private draining = false;

  /** @param log the order of messages; whoever made it starts and stops it */
  constructor(
    private readonly options: HubOptions,
    private readonly log: MessageLog,
    private readonly clock: Clock = new SystemClock(),
  ) {
    const { counters, events, guard } = this;
    this.budget = new WorkBudget(clock, guard);
    this.flow = new FlowControl(options, clock, events);
    this.slow = new SlowConsumers(options, clock, this.flow, events, this.budget, guard);
    this.liveness = new Liveness(options, clock, counters, events, guard);
    this.intake = new Intake(this.budget, this.flow, clock);
    const writer = new SocketWriter(clock, events, counters, this.slow, guard);
    this.flusher = new Flusher(options, clock, writer, this.budget);
    const audiences = new Audiences<Connection>();
    this.subscriptions = new Subscriptions(
      log,
      audiences,
      this.identities,
      writer,
      counters,
      this.budget,
      guard,
    );
    this.joining = new Joining(log, this.subscriptions, events, guard);
    this.listenToLog(new FanOut(log, audiences, this.identities, this.flusher, this.budget, writer, guard));
  }

  /** Begins to look after connections. */
  start(): void {
    this.liveness.start();
  }

  /** Ends what runs by itself; connections that are left stay as they are. */
  stop(): void {
    this.liveness.stop();
    this.slow.stop();
    this.budget.stop();
  }

  /** The hub takes no newcomers any more. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** How many are connected. */
  get size(): number {
    return this.connections.size;
  }

  /** All connections, also those that have not said yet who they are. */
  get all(): ReadonlySet<Connection> {
    return this.connections;
  }

  /** The connections on which a client listens. */
  connectionsOf(clientId: string): readonly Connection[] {
    return this.identities.get(clientId)?.connections ?? [];
  }

  /** Bytes that wait in this process for slow clients. */
  get queuedBytes(): number {
    return this.slow.total();
  }

  /** Somebody is there; they hear something when their dialect lets them listen. */
  join(transport: Transport, member: Member): Connection {
    const connection = new Connection(transport, member, this.clock.monotonicMs());
    this.connections.add(connection);
    this.liveness.watch(connection);
    return connection;
  }

  /**
   * The connection is this client's from now on, and hears these channels: from now, or from a position on, which the
   * log may have to be asked for. Meanwhile nothing more of the connection is handled.
   *
   * @param greet called in the turn of the event loop in which it begins, before anything is heard
   */
  listen(connection: Connection, request: JoinRequest, greet?: (greeting: Greeting) => void): void {
    this.joining.join(connection, request, greet, () => this.listens(connection));
  }

  leave(connection: Connection, code: number, reason: string): void {
    this.connections.delete(connection);
    this.liveness.forget(connection);
    this.slow.forget(connection);
    this.flow.forget(connection);
    if (this.subscriptions.end(connection)) {
      const durationMs = this.clock.monotonicMs() - connection.joinedAtMs;
      this.events.disconnected(connection, { code, reason, durationMs, connections: this.connections.size });
    } else this.events.leftUnknown(connection, code);
    if (this.connections.size === 0) this.emptied?.();
  }

  /** A message has come, of whatever kind; its dialect handles it when it is its turn. */
  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    this.intake.receive(connection, data, isBinary);
  }

  /**
   * @param settled told what became of it, if somebody wants to know
   * @param sender whose message it is, if it came over a connection
   */
  publish(
    { clientId, channel, content, key }: PublishRequest,
    settled?: (outcome: Outcome) => void,
    sender?: Connection,
  ): void {
    this.counters.messagesReceived++;
    if (sender !== undefined) sender.messagesIn++;
    const draft = { channel, clientId, key, timestamp: this.clock.unixSeconds(), content };
    this.log.append(draft, this.events.isWatched ? this.watching(draft, settled, sender) : settled);
  }

  /**
   * Lets a connection hear more channels, from its own place in the order on.
   *
   * @returns that place, as text; undefined if it would hear more channels than it may
   */
  subscribe(connection: Connection, channels: readonly string[]): string | undefined {
    const heard = this.subscriptions.channelsOf(connection);
    const more = channels.filter((channel) => !heard.has(channel));
    if (heard.size + more.length > this.options.maxChannelsPerConnection) return undefined;
    return this.textOf(this.subscriptions.change(connection, more, true));
  }

  /** The same for fewer. @returns its place in the order, as text */
  unsubscribe(connection: Connection, channels: readonly string[]): string {
    const heard = this.subscriptions.channelsOf(connection);
    const fewer = channels.filter((channel) => heard.has(channel));
    return this.textOf(this.subscriptions.change(connection, fewer, false));
  }

  /** Sends something to one connection alone, in its order with what it hears. */
  tell(connection: Connection, bytes: Buffer): void {
    if (connection.isOpen) this.subscriptions.tell(connection, bytes);
  }

  /** Up to where everything was said to a connection, after sending what waits; undefined while it catches up. */
  cursorOf(connection: Connection): Position | undefined {
    return this.subscriptions.isCatchingUp(connection) ? undefined : this.subscriptions.cursorOf(connection);
  }

  /** Whether an entry of the log is still on its way to this connection. */
  isAhead(connection: Connection, position: Position): boolean {
    return this.subscriptions.isAhead(connection, position);
  }

  /** A position as it travels. */
  textOf(position: Position): string {
    return this.log.textOf(position);
  }

  /** Counts a message that asks for something, besides the message itself. */
  countRequest(sender: Connection): void {
    this.flow.countRequest(sender);
  }

  /** A ping or an unasked pong: each costs an answer or a look, so too many end the connection (1008). */
  controlFrame(connection: Connection): void {
    if (this.flow.countControl(connection) || !connection.isOpen) return;
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
    this.liveness.answered(connection);
  }

  /** The peer has broken the transport's protocol, which ends the connection. */
  protocolError(connection: Connection, error: Error): void {
    this.events.violation(connection, 'protocol', error);
  }

  /** Sends everybody away (1012, they come back later); resolves when the last one has left. */
  async drain(): Promise<void> {
    this.draining = true;
    const { connections, options } = this;
    if (connections.size === 0) return;
    // What was accepted is delivered; what is said from now on is stored, and heard by those who are still there.
    await Promise.race([this.log.settled(), wait(SETTLE_TIMEOUT_MS, undefined, { ref: false })]);
    if (connections.size === 0) return;
    this.events.draining(connections.size, drainSpreadMs(connections.size, options.drainTimeoutMs));
    const emptied = new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    await drain({ connections, flush: () => this.flusher.flush() }, options.drainTimeoutMs, emptied);
  }

  private listenToLog(fanOut: FanOut): void {
    const { guard } = this;
    this.log.listen({
      entry: (entry) => fanOut.add(entry),
      lostPlace: () => this.logOnLostPlace(),
      pressure: (on) => guard.run('log pressure', () => this.flow.setLogFull(on)),
      failed: (what, error) => guard.failed(what, error),
    });
  }

  private watching(draft: Draft, settled?: (outcome: Outcome) => void, sender?: Connection) {
    return (outcome: Outcome): void => {
      if (outcome.result === 'stored') {
        const { position } = outcome;
        this.guard.run('accepted', () => this.events.stored({ ...draft, position }, sender));
      }
      settled?.(outcome);
    };
  }

  private listens(connection: Connection): void {
    // Its hello waited for its turn, and it left meanwhile: nobody would ever take it out of where it listens.
    if (!this.connections.has(connection)) {
      this.subscriptions.leave(connection);
      return;
    }
    this.boundConnections(connection.identity);
    this.events.connected(connection, this.connections.size);
  }

  /** The oldest goes: it is most likely half dead, and its client has come back. */
  private boundConnections({ connections }: Identity): void {
    const { maxConnectionsPerIdentity } = this.options;
    const [oldest] = connections;
    if (connections.length <= maxConnectionsPerIdentity || oldest === undefined) return;
    this.events.violation(oldest, 'identity');
    this.subscriptions.leave(oldest);
    oldest.close(
      CLOSE.policyViolation,
      `a client may have ${maxConnectionsPerIdentity} connections at a time`,
    );
  }

  /** Whoever keeps a cursor comes back with it, and is told that there is a gap. */
  private logOnLostPlace(): void {
    this.subscriptions.forgetReplays();
    const reason = reconnectAdvice(Math.max(LEAST_SPREAD_MS, this.connections.size));
    for (const connection of this.connections) {
      if (connection.encoder.position === undefined) continue;
      this.guard.run('lost place', () => connection.close(CLOSE.serviceRestart, reason));
    }
  }
}
