import { Injectable } from '@nestjs/common';
import { MessageLog } from '../log/message-log.js';
import { formatPosition } from '../log/position.js';
import { Audiences } from './audiences.js';
import type { Connection } from './connection.js';
import { Delivery } from './delivery.js';
import { v1Frame } from './entry-frames.js';
import { HubMetrics } from './hub-metrics.js';
import { Identities } from './identities.js';
import { Replay } from './replay.js';

/** Who hears what: live with an audience, or from the log until it has caught up. */
@Injectable()
export class Listening {
  constructor(
    private readonly log: MessageLog,
    private readonly audiences: Audiences<Connection>,
    private readonly identities: Identities,
    private readonly delivery: Delivery,
    private readonly metrics: HubMetrics,
  ) {}

  /** @param since the last entry that the client has; without it everything begins now */
  begin(connection: Connection, clientId: string, channels: ReadonlySet<string>, since?: number): void {
    connection.identity = this.identities.add(connection, clientId);
    if (since === undefined) {
      this.goLive(connection, channels);
      return;
    }
    const { log } = this;
    connection.replay = new Replay(connection, channels, since, {
      log,
      write: (to, frames, written) => this.resend(to, frames, written),
      caughtUp: (who) => this.caughtUp(who),
    });
    connection.replay.step();
  }

  /** @returns false for one that had never begun to listen */
  end(connection: Connection): boolean {
    if (connection.identity === undefined) return false;
    connection.replay?.end();
    this.leaveAudience(connection);
    this.identities.remove(connection);
    return true;
  }

  channelsOf({ audience, replay }: Connection): ReadonlySet<string> {
    return replay?.channels ?? audience?.channels ?? new Set();
  }

  /** Changes what is heard, from the connection's own place in the order on. @returns that place, a sequence */
  change(connection: Connection, channels: ReadonlySet<string>): number {
    if (connection.replay !== undefined) {
      connection.replay.channels = channels;
      return connection.replay.cursor;
    }
    this.settle(connection);
    this.leaveAudience(connection);
    this.goLive(connection, channels);
    return this.log.head;
  }

  /** The sequence up to which everything was sent, after sending what waits. */
  cursorOf(connection: Connection): number {
    if (connection.replay !== undefined) return connection.replay.cursor;
    this.settle(connection);
    return this.log.head;
  }

  /** Whether an entry of the log is still on its way to this connection. */
  isAhead({ audience, replay, settledTo }: Connection, sequence: number): boolean {
    if (sequence > this.log.head) return true;
    if (replay !== undefined) return sequence > replay.cursor;
    return audience !== undefined && sequence > settledTo && sequence >= audience.firstWaiting;
  }

  /** Sends something to one connection alone. */
  tell(connection: Connection, frame: Buffer): void {
    this.delivery.write(connection, frame);
  }

  private resend(connection: Connection, frames: readonly Buffer[], written: () => void): void {
    this.metrics.replayed += frames.length;
    this.delivery.write(connection, Buffer.concat(frames), written);
  }

  private caughtUp(connection: Connection): void {
    const { replay, log } = { replay: connection.replay, log: this.log };
    if (replay === undefined) return;
    connection.replay = undefined;
    const position = formatPosition(log.epoch, replay.cursor);
    this.delivery.write(connection, v1Frame({ type: 'position', position }));
    this.goLive(connection, replay.channels);
  }

  /** After this, everything that the log has for this connection was sent to it. */
  private settle(connection: Connection): void {
    this.delivery.settle(connection);
    connection.settledTo = this.log.head;
  }

  private goLive(connection: Connection, channels: ReadonlySet<string>): void {
    connection.settledTo = this.log.head;
    connection.audience = this.audiences.join(connection, connection.member.dialect, channels);
  }

  private leaveAudience(connection: Connection): void {
    const { audience } = connection;
    if (audience === undefined) return;
    connection.audience = undefined;
    this.audiences.leave(connection, audience);
  }
}
