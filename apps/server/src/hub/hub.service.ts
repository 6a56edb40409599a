import { Injectable } from '@nestjs/common';
import { CLOSE, envelope } from '@ws-hub/protocol';
import type { WebSocket } from 'ws';
import { Channel } from './channel.js';
import { Clock } from './clock.js';
import { Connection, type Member } from './connection.js';
import { FanOut } from './fan-out.js';
import { textFrame } from './frame.js';
import { HubLog } from './hub-log.js';
import { Liveness } from './liveness.js';

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

  constructor(
    private readonly clock: Clock,
    private readonly fanOut: FanOut,
    private readonly liveness: Liveness,
    private readonly log: HubLog,
  ) {}

  join(socket: WebSocket, member: Member): Connection {
    const channel = this.channels.get(member.channel) ?? this.open(member.channel);
    const connection = new Connection(socket, member, channel, this.clock.monotonicMs());
    if (channel.turn.messages > 0) channel.turn.skipSoFar(connection);
    channel.add(connection);
    this.connections.add(connection);
    this.liveness.watch(connection);
    this.log.connected(connection, this.connections.size);
    return connection;
  }

  leave(connection: Connection, code: number, reason: string): void {
    const { channel } = connection;
    channel.remove(connection);
    if (channel.connections.length === 0) this.channels.delete(channel.name);
    this.connections.delete(connection);
    this.liveness.forget(connection);
    const durationMs = this.clock.monotonicMs() - connection.joinedAtMs;
    this.log.disconnected(connection, { code, reason, durationMs, connections: this.connections.size });
    if (this.connections.size === 0) this.emptied?.();
  }

  publish(sender: Connection, content: string): void {
    const { channel } = sender;
    sender.messagesIn++;
    const text = envelope(sender.prefix, this.clock.unixSeconds(), content);
    channel.turn.add(textFrame(text), sender);
    this.fanOut.announce(channel);
    this.log.accepted(sender, content);
  }

  protocolError(connection: Connection, error: Error): void {
    this.log.protocolError(connection, error);
  }

  /** Sends everybody away (1012, they come back later); resolves when the last one has left. */
  async drain(): Promise<void> {
    this.fanOut.flush();
    for (const connection of this.connections) connection.close(CLOSE.serviceRestart, 'service restart');
    if (this.connections.size === 0) return;
    await new Promise<void>((resolve) => {
      this.emptied = resolve;
    });
  }

  private open(name: string): Channel<Connection> {
    const channel = new Channel<Connection>(name);
    this.channels.set(name, channel);
    return channel;
  }
}
