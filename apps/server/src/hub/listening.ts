import { Injectable } from '@nestjs/common';
import { MessageLog } from '../log/message-log.js';
import { formatPosition } from '../log/position.js';
import { Audiences } from './audiences.js';
import type { Connection } from './connection.js';
import { Delivery } from './delivery.js';
import { v1Frame } from './entry-frames.js';
import { Guard } from './guard.js';
import { HubMetrics } from './hub-metrics.js';
import { Identities } from './identities.js';
import type { Part } from './part.js';
import { Replay, type ReplayHub } from './replay.js';

import { ReplayBlocks } from './replay-blocks.js';
import { WorkBudget } from './work-budget.js';

/** So long after the last replay the frames that it shared are kept for the next. */
const KEEP_MS = 5_000;

/** Who hears what: live with an audience, or from the log until it has caught up. */
@Injectable()
export class Listening {
  private readonly replays: ReplayHub;
  private replaying = 0;
  private forgetting: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: MessageLog,
    private readonly audiences: Audiences<Connection>,
    private readonly identities: Identities,
    private readonly delivery: Delivery,
    private readonly metrics: HubMetrics,
    budget: WorkBudget,
    guard: Guard,
  ) {
    this.replays = {
      log,
      budget,
      guard,
      blocks: new ReplayBlocks(log),
      write: (connection, part, written) => this.resend(connection, part, written),
      caughtUp: (connection) => this.caughtUp(connection),
    };
  }

  /** @param since the last entry that the client has; without it everything begins now */
  begin(connection: Connection, clientId: string, channels: ReadonlySet<string>, since?: number): void {
    connection.identity = this.identities.add(connection, clientId);
    if (since === undefined) {
      this.goLive(connection, channels);
      return;
    }
    this.replaying++;
    clearTimeout(this.forgetting);
    connection.replay = new Replay(connection, new Set(channels), since, this.replays);
    connection.replay.goOn();
  }

  /** @returns false for one that had never begun to listen */
  end(connection: Connection): boolean {
    if (connection.identity === undefined) return false;
    this.leave(connection);
    return true;
  }

  /** Nothing more is told to the connection. Without effect on one that has left already. */
  leave(connection: Connection): void {
    this.endReplay(connection);
    this.leaveAudience(connection);
    this.identities.remove(connection);
  }

  channelsOf({ audience, replay }: Connection): ReadonlySet<string> {
    return replay?.channels ?? audience?.channels ?? new Set();
  }

  /**
   * Changes what is heard, from the connection's own place in the order on.
   *
   * @param changed channels that it does not hear yet if `hears`, else channels that it hears
   * @returns that place, a sequence
   */
  change(connection: Connection, changed: readonly string[], hears: boolean): number {
    const place = this.cursorOf(connection);
    if (changed.length === 0) return place;
    if (connection.replay !== undefined) {
      for (const channel of changed) {
        if (hears) connection.replay.channels.add(channel);
        else connection.replay.channels.delete(channel);
      }
    } else if (connection.audience !== undefined)
      connection.audience = this.audiences.change(connection, connection.audience, changed, hears);
    return place;
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

  /** What the log had was lost or made anew: nothing of it may be told any more. */
  forgetReplays(): void {
    this.replays.blocks.forget();
  }

  private resend(connection: Connection, part: Part, written: () => void): void {
    this.metrics.replayed += part.messages;
    this.delivery.writePart(connection, part, written);
  }

  private caughtUp(connection: Connection): void {
    const { replay } = connection;
    if (replay === undefined) return;
    this.endReplay(connection);
    const position = formatPosition(this.log.epoch, replay.cursor);
    this.tell(connection, v1Frame({ type: 'position', position }));
    this.goLive(connection, replay.channels);
  }

  /** What replays share is kept while there are any, and for a while: those that come back are seldom alone. */
  private endReplay(connection: Connection): void {
    if (connection.replay === undefined) return;
    connection.replay.end();
    connection.replay = undefined;
    if (--this.replaying === 0) this.forgetting = setTimeout(() => this.forgetReplays(), KEEP_MS).unref();
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
