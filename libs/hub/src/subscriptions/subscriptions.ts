import type { Audiences } from '../audience/audiences.js';
import type { WorkBudget } from '../backpressure/work-budget.js';
import type { Connection } from '../connection/connection.js';
import type { Identities } from '../connection/identities.js';
import type { SocketWriter } from '../delivery/socket-writer.js';
import type { Encoder } from '../encoding/encoder.js';
import type { HubCounters, HubEvents } from '../events.js';
import type { Guard } from '../guard.js';
import type { MessageLog, Position } from '../log/index.js';
import type { Part } from './part.js';
import { Replay, type ReplayHub } from './replay.js';
import { ReplayBlocks } from './replay-blocks.js';
import { Subscription } from './subscription.js';

/** How long after the last replay the shared frames are kept for the next one. */
const KEEP_MS = 5_000;

/** The subscriptions of all connections: live with an audience, or replaying from the log until they have caught up. */
export class Subscriptions {
  private readonly replays: ReplayHub;
  private replaying = 0;
  private forgetting: NodeJS.Timeout | undefined;
  private readonly blocks = new Map<Encoder, ReplayBlocks>();

  constructor(
    private readonly log: MessageLog,
    private readonly audiences: Audiences<Connection>,
    private readonly identities: Identities,
    private readonly writer: SocketWriter,
    private readonly counters: HubCounters,
    private readonly events: HubEvents,
    budget: WorkBudget,
    guard: Guard,
  ) {
    this.replays = {
      log,
      budget,
      guard,
      write: (connection, part, written) => this.resend(connection, part, written),
      caughtUp: (connection) => this.caughtUp(connection),
    };
  }

  /**
   * @param since the last entry that the client has; without it everything begins now
   * @param knownSince from where on it has proved that it was there
   */
  begin(
    connection: Connection,
    clientId: string,
    channels: ReadonlySet<string>,
    since?: Position,
    knownSince?: Position,
  ): void {
    connection.identity = this.identities.add(connection, clientId);
    const subscription = new Subscription(this.log.head);
    connection.subscription = subscription;
    subscription.knownSince = knownSince;
    if (since === undefined) {
      this.goLive(connection, subscription, channels);
      return;
    }
    this.replaying++;
    clearTimeout(this.forgetting);
    const blocks = this.blocksIn(connection.encoder);
    subscription.replay = new Replay(connection, new Set(channels), since, blocks, this.replays);
    subscription.replay.goOn();
  }

  /** @returns false for a connection that had never begun to listen */
  end(connection: Connection): boolean {
    if (connection.identity === undefined) return false;
    this.leave(connection);
    return true;
  }

  /** Stops delivery to the connection. Does nothing if it has already left. */
  leave(connection: Connection): void {
    const { subscription } = connection;
    if (subscription !== undefined) {
      this.endReplay(subscription);
      this.leaveAudience(connection, subscription);
    }
    this.identities.remove(connection);
  }

  channelsOf({ subscription }: Connection): ReadonlySet<string> {
    return subscription?.replay?.channels ?? subscription?.audience?.channels ?? NONE;
  }

  /**
   * Changes the channels of a connection, from its own place in the order on.
   *
   * @param changed channels that it does not have yet if `hears`, otherwise channels that it has
   * @param isRight caused by a change of its rights, not by its request
   * @returns that place
   */
  change(connection: Connection, changed: readonly string[], hears: boolean, isRight = false): Position {
    const place = this.cursorOf(connection);
    const { subscription } = connection;
    if (changed.length === 0 || subscription === undefined) return place;
    const { replay, audience } = subscription;
    if (replay !== undefined) changeSet(replay.channels, changed, hears);
    else if (audience !== undefined)
      subscription.audience = this.audiences.change(connection, audience, changed, hears);
    this.events.channelsChanged(connection, { channels: changed, hears, after: place, isRight });
    return place;
  }

  /** The position up to which everything was sent, after sending what waits. */
  cursorOf(connection: Connection): Position {
    const { subscription } = connection;
    if (subscription?.replay !== undefined) return subscription.replay.cursor;
    this.flushTo(connection);
    return this.log.head;
  }

  /** Whether a channel that is added now would bring messages from before its client was there. */
  bringsHistory({ subscription }: Connection): boolean {
    if (subscription?.replay === undefined) return false;
    const { replay, knownSince } = subscription;
    return knownSince === undefined || replay.cursor < knownSince;
  }

  isCatchingUp({ subscription }: Connection): boolean {
    return subscription?.replay !== undefined;
  }

  /** Whether an entry of the log is still on its way to this connection. */
  isAhead({ subscription }: Connection, position: Position): boolean {
    if (position > this.log.head) return true;
    if (subscription === undefined) return false;
    const { audience, replay, settledTo } = subscription;
    if (replay !== undefined) return position > replay.cursor;
    return audience !== undefined && position > settledTo && position >= audience.firstWaiting;
  }

  /** Sends a frame to one connection alone. */
  tell(connection: Connection, frame: Buffer): void {
    this.writer.write(connection, frame);
  }

  /** The log was lost or is new: none of its former entries may be sent. */
  forgetReplays(): void {
    for (const blocks of this.blocks.values()) blocks.forget();
  }

  private resend(connection: Connection, part: Part, written: () => void): void {
    this.counters.replayed += part.messages;
    this.writer.writePart(connection, part, written);
    const cursor = connection.subscription?.replay?.cursor;
    if (connection.isOpen && cursor !== undefined) this.events.replayed(connection, cursor);
  }

  private caughtUp(connection: Connection): void {
    const { subscription, encoder } = connection;
    if (subscription?.replay === undefined) return;
    const { cursor, channels } = subscription.replay;
    this.endReplay(subscription);
    const position = encoder.position?.(this.log.textOf(cursor));
    if (position !== undefined) this.tell(connection, position);
    this.goLive(connection, subscription, channels);
    this.events.caughtUp(connection, cursor);
  }

  /** What replays share is kept while there are any, and for a while longer: clients rarely reconnect alone. */
  private endReplay(subscription: Subscription): void {
    if (subscription.replay === undefined) return;
    subscription.replay.end();
    subscription.replay = undefined;
    if (--this.replaying === 0) this.forgetting = setTimeout(() => this.forgetReplays(), KEEP_MS).unref();
  }

  private blocksIn(encoder: Encoder): ReplayBlocks {
    const known = this.blocks.get(encoder);
    if (known !== undefined) return known;
    const fresh = new ReplayBlocks(this.log, encoder);
    this.blocks.set(encoder, fresh);
    return fresh;
  }

  /** After this, everything that the log has for this connection was sent to it. */
  private flushTo(connection: Connection): void {
    this.writer.flushTo(connection);
    if (connection.subscription !== undefined) connection.subscription.settledTo = this.log.head;
  }

  private goLive(connection: Connection, subscription: Subscription, channels: ReadonlySet<string>): void {
    subscription.settledTo = this.log.head;
    subscription.audience = this.audiences.join(connection, connection.encoder, channels);
  }

  private leaveAudience(connection: Connection, subscription: Subscription): void {
    const { audience } = subscription;
    if (audience === undefined) return;
    subscription.audience = undefined;
    this.audiences.leave(connection, audience);
  }
}

const NONE: ReadonlySet<string> = new Set();

function changeSet(channels: Set<string>, changed: readonly string[], hears: boolean): void {
  for (const channel of changed) {
    if (hears) channels.add(channel);
    else channels.delete(channel);
  }
}
