import { Inject, Injectable } from '@nestjs/common';
import { CLOSE, envelope } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import { SERVER_CONFIG, type ServerConfig } from '../config/server.config.js';
import { Channel } from './channel.js';
import { Clock } from './clock.js';
import { Connection, type Member } from './connection.js';
import { drain, drainSpreadMs } from './drain.js';
import { FanOut } from './fan-out.js';
import { FlowControl } from './flow-control.js';
import { textFrame } from './frame.js';
import { HubLog } from './hub-log.js';
import { HubMetrics } from './hub-metrics.js';
import { Liveness } from './liveness.js';
import { SlowConsumers } from './slow-consumers.js';

/**
 * The hub: what one connection of a channel publishes, every other one of that channel hears, once, in one order.
 *
 * Delivery is at most once, while connected. The order is that in which `publish` is called.
 */
@Injectable()
export class HubService {
  private readonly channels = new Map<string, Channel<Connection>>();
  private readonly connections = new Set<Connection>();
  private emptied: (() => void) | undefined;
  private draining = false;

  constructor(
    @Inject(SERVER_CONFIG) private readonly config: ServerConfig,
    private readonly clock: Clock,
    private readonly fanOut: FanOut,
    private readonly flow: FlowControl,
    private readonly slow: SlowConsumers,
    private readonly liveness: Liveness,
    private readonly log: HubLog,
    private readonly metrics: HubMetrics,
  ) {}

  /** The hub takes no newcomers any more. */
  get isDraining(): boolean {
    return this.draining;
  }

  join(socket: WebSocket, member: Member): Connection {
    const channel = this.channels.get(member.channel) ?? this.open(member.channel);
    const connection = new Connection(socket, member, channel, this.clock.monotonicMs());
    if (channel.turn.messages > 0) channel.turn.skipSoFar(connection);
    channel.add(connection);
    this.connections.add(connection);
    this.liveness.watch(connection);
    this.metrics.connections.set(this.connections.size);
    this.log.connected(connection, this.connections.size);
    return connection;
  }

  leave(connection: Connection, code: number, reason: string): void {
    const { channel } = connection;
    channel.remove(connection);
    // One that was taken out before may leave last, when another channel of that name has long begun.
    const isThere = this.channels.get(channel.name) === channel;
    if (isThere && channel.connections.length === 0) this.channels.delete(channel.name);
    this.connections.delete(connection);
    this.liveness.forget(connection);
    this.slow.forget(connection);
    this.metrics.connections.set(this.connections.size);
    this.metrics.disconnected(code);
    const durationMs = this.clock.monotonicMs() - connection.joinedAtMs;
    this.log.disconnected(connection, { code, reason, durationMs, connections: this.connections.size });
    if (this.connections.size === 0) this.emptied?.();
  }

  publish(sender: Connection, content: string): void {
    const { channel } = sender;
    sender.messagesIn++;
    this.metrics.messagesReceived++;
    const text = envelope(sender.prefix, this.clock.unixSeconds(), content);
    channel.turn.add(textFrame(text), sender);
    this.fanOut.announce(channel);
    this.flow.count(sender);
    this.log.accepted(sender, content);
  }

  /** A ping or an unasked pong: each costs an answer or a look, so too many end the connection (1008). */
  controlFrame(connection: Connection): void {
    if (this.flow.countControl(connection) || !connection.isOpen) return;
    this.metrics.violations.inc({ reason: 'control_frames' });
    connection.close(CLOSE.policyViolation, 'too many control frames');
  }

  pong(connection: Connection): void {
    this.liveness.answered(connection);
    this.controlFrame(connection);
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
    this.log.draining(connections.size, drainSpreadMs(connections.size, config.drainTimeoutMs));
    const emptied = new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
    await drain({ connections, flush: () => this.fanOut.flush() }, config.drainTimeoutMs, emptied);
  }

  private open(name: string): Channel<Connection> {
    const channel = new Channel<Connection>(name);
    this.channels.set(name, channel);
    return channel;
  }
}
