import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CLOSE, reconnectAdvice } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { type Draft, MessageLog, type Outcome } from '../log/message-log.js';
import { Clock } from '../time/clock.js';
import { Connection, type Member } from './connection.js';
import { drain, drainSpreadMs } from './drain.js';
import { FanOut } from './fan-out.js';
import { FlowControl } from './flow-control.js';
import { Flusher } from './flusher.js';
import { Guard } from './guard.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import type { Identity } from './identities.js';
import { Intake } from './intake.js';
import { Listening } from './listening.js';
import { Liveness } from './liveness.js';
import { SlowConsumers } from './slow-consumers.js';

/** How long the drain waits for what a remote log has not confirmed. */
const SETTLE_TIMEOUT_MS = 1_000;
/** Over how long clients are to spread their return when the log has lost its place: a second, a millisecond for each. */
const LEAST_SPREAD_MS = 1_000;

/** What a client says. */
export interface Saying {
  readonly content: string;
  readonly channel: string;
  /** The sender's name for it; a plain client has none. */
  readonly key?: string;
}

/**
 * The hub: what one connection publishes on a channel, every other one that listens there hears, once, in one order.
 *
 * The order is that of the log, which is that in which `publish` is called. Plain delivery is at most once, while
 * connected; who speaks hub.v1 reads what it missed from the log.
 */
@Injectable()
export class HubService {
  private readonly connections = new Set<Connection>();
  private emptied: (() => void) | undefined;
  private draining = false;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly messages: MessageLog,
    private readonly listening: Listening,
    fanOut: FanOut,
    private readonly flusher: Flusher,
    private readonly flow: FlowControl,
    private readonly intake: Intake,
    private readonly slow: SlowConsumers,
    private readonly liveness: Liveness,
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
    private readonly guard: Guard,
  ) {
    messages.listen({
      entry: (entry) => fanOut.add(entry),
      lostPlace: () => this.logOnLostPlace(),
      pressure: (on) => guard.run('log pressure', () => flow.setLogFull(on)),
      failed: (what, error) => guard.failed(what, error),
    });
    metrics.logEntries = () => messages.size;
    metrics.logBytes = () => messages.bytes;
    metrics.logReady = () => messages.isReady;
    metrics.pendingAppends = () => messages.pending;
    metrics.skippedEntries = () => messages.skipped;
    metrics.forgottenKeys = () => messages.forgottenKeys;
  }

  /** The hub takes no newcomers any more. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** A socket is there; it hears something when its dialect lets it listen. */
  join(socket: WebSocket, member: Member): Connection {
    const connection = new Connection(socket, member, this.clock.monotonicMs());
    this.connections.add(connection);
    this.liveness.watch(connection);
    this.metrics.connections.set(this.connections.size);
    return connection;
  }

  /** The connection is this client's from now on, and hears these channels: from now, or from `since` on. */
  listen(connection: Connection, clientId: string, channels: ReadonlySet<string>, since?: number): void {
    this.listening.begin(connection, clientId, channels, since);
    // Its hello waited for its turn, and it left meanwhile: nobody would ever take it out of where it listens.
    if (!this.connections.has(connection)) {
      this.listening.leave(connection);
      return;
    }
    this.boundConnections(connection.identity);
    this.log.connected(connection, this.connections.size);
  }

  leave(connection: Connection, code: number, reason: string): void {
    this.connections.delete(connection);
    this.liveness.forget(connection);
    this.slow.forget(connection);
    this.flow.forget(connection);
    this.metrics.connections.set(this.connections.size);
    this.metrics.disconnected(code);
    if (this.listening.end(connection)) {
      const durationMs = this.clock.monotonicMs() - connection.joinedAtMs;
      this.log.disconnected(connection, { code, reason, durationMs, connections: this.connections.size });
    } else this.log.unknown(connection, code);
    if (this.connections.size === 0) this.emptied?.();
  }

  /** A message has come, of whatever kind; its dialect handles it when it is its turn. */
  receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    this.intake.receive(connection, data, isBinary);
  }

  /** @param settled told what became of it, if somebody wants to know */
  publish(sender: Connection, { content, channel, key }: Saying, settled?: (outcome: Outcome) => void): void {
    this.metrics.messagesReceived++;
    sender.messagesIn++;
    const timestamp = this.clock.unixSeconds();
    const draft = { channel, clientId: sender.clientId, key, timestamp, content };
    this.messages.append(draft, this.log.logsAccepted ? this.logging(sender, draft, settled) : settled);
  }

  /** Counts a message that asks for something, besides the message itself. */
  countRequest(sender: Connection): void {
    this.flow.countRequest(sender);
  }

  /** A ping or an unasked pong: each costs an answer or a look, so too many end the connection (1008). */
  controlFrame(connection: Connection): void {
    if (this.flow.countControl(connection) || !connection.isOpen) return;
    this.metrics.violations.inc({ reason: 'control_frames' });
    connection.expel(CLOSE.policyViolation, 'too many control frames');
  }

  pong(connection: Connection): void {
    this.answered(connection);
    this.controlFrame(connection);
  }

  /** A ping was answered, in whatever dialect. */
  answered(connection: Connection): void {
    this.liveness.answered(connection);
  }

  protocolError(connection: Connection, error: Error): void {
    this.metrics.violations.inc({ reason: 'protocol' });
    this.log.protocolError(connection, error);
  }

  /** Sends everybody away (1012, they come back later); resolves when the last one has left. */
  async drain(): Promise<void> {
    this.draining = true;
    const { connections, config } = this;
    if (connections.size === 0) return;
    // What was accepted is delivered; what is said from now on is stored, and heard by those who are still there.
    await Promise.race([this.messages.settled(), wait(SETTLE_TIMEOUT_MS, undefined, { ref: false })]);
    if (connections.size === 0) return;
    this.log.draining(connections.size, drainSpreadMs(connections.size, config.drainTimeoutMs));
    const emptied = new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    await drain({ connections, flush: () => this.flusher.flush() }, config.drainTimeoutMs, emptied);
  }

  private logging(sender: Connection, { channel, content }: Draft, settled?: (outcome: Outcome) => void) {
    return (outcome: Outcome): void => {
      if (outcome.result === 'stored')
        this.guard.run('accepted', () => this.log.accepted(sender, channel, content));
      settled?.(outcome);
    };
  }

  /** The oldest goes: it is most likely half dead, and its client has come back. */
  private boundConnections({ connections }: Identity): void {
    const { maxConnectionsPerIdentity } = this.config;
    const [oldest] = connections;
    if (connections.length <= maxConnectionsPerIdentity || oldest === undefined) return;
    this.metrics.violations.inc({ reason: 'identity' });
    this.listening.leave(oldest);
    oldest.close(
      CLOSE.policyViolation,
      `a client may have ${maxConnectionsPerIdentity} connections at a time`,
    );
  }

  /** Whoever keeps a cursor comes back with it, and is told that there is a gap. */
  private logOnLostPlace(): void {
    this.listening.forgetReplays();
    const reason = reconnectAdvice(Math.max(LEAST_SPREAD_MS, this.connections.size));
    for (const connection of this.connections) {
      if (connection.member.dialect !== 'v1') continue;
      this.guard.run('lost place', () => connection.close(CLOSE.serviceRestart, reason));
    }
  }
}
