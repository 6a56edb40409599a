import type { Users } from '../access/users.js';
import type { Audiences, Heard } from '../audience/audiences.js';
import type { SlowConsumers } from '../backpressure/slow-consumers.js';
import type { Connection } from '../connection/connection.js';
import type { Identities } from '../connection/identities.js';
import { type MessageLog, type Position, placeBefore } from '../log/index.js';
import type { Subscriptions } from '../subscriptions/subscriptions.js';
import type { Clock } from '../time/clock.js';
import { MeasuredRate } from './measured-rate.js';

/** A channel with subscribers. */
export class HeardChannel {
  constructor(
    readonly channel: string,
    private readonly heard: Heard<Connection>,
  ) {}

  /** The number of connections that receive it live. One step per set of channels that contains it. */
  get listeners(): number {
    let listeners = 0;
    for (const { members } of this.heard.audiences) listeners += members.length;
    return listeners;
  }

  /**
   * Messages per second since this was last read, by any caller; 0 the first time.
   *
   * @param nowMs monotonic
   */
  messagesPerSecond(nowMs: number): number {
    const { heard } = this;
    const atMs = Math.round(nowMs);
    heard.rate ??= new MeasuredRate(heard.messages, atMs);
    return heard.rate.look(heard.messages, atMs);
  }
}

export interface InspectedParts {
  readonly audiences: Audiences<Connection>;
  readonly identities: Identities;
  readonly users: Users;
  readonly subscriptions: Subscriptions;
  readonly slow: SlowConsumers;
}

/**
 * Reads the hub's state without side effects: nothing is sent, judged or counted. Long lists are iterators, to be
 * walked in slices; changes in the meantime may or may not be seen.
 */
export class Inspection {
  constructor(
    private readonly parts: InspectedParts,
    private readonly log: Pick<MessageLog, 'head'>,
    private readonly clock: Clock,
  ) {}

  /** The channels with subscribers, in no particular order. */
  *channels(): IterableIterator<string> {
    for (const { channel } of this.heard()) yield channel;
  }

  /** The same channels, with their numbers of subscribers and message rates. */
  *heard(): IterableIterator<HeardChannel> {
    for (const [channel, heard] of this.parts.audiences.all())
      if (heard.audiences.size > 0) yield new HeardChannel(channel, heard);
  }

  /** The number of channels. */
  get channelCount(): number {
    return this.parts.audiences.channelCount;
  }

  /** The number of connections that receive a channel live. */
  listenersOn(channel: string): number {
    let listeners = 0;
    for (const { members } of this.parts.audiences.of(channel)) listeners += members.length;
    return listeners;
  }

  /** The connections of a client that listen or replay. */
  connectionsOf(clientId: string): readonly Connection[] {
    return this.parts.identities.get(clientId)?.connections ?? [];
  }

  /** The connections of a user. */
  connectionsOfUser(name: string): ReadonlySet<Connection> {
    return this.parts.users.connectionsOf(name);
  }

  /** The connections for which bytes wait in this process. */
  get slow(): ReadonlySet<Connection> {
    return this.parts.slow.all;
  }

  /** The age of the oldest bytes that wait for a connection, in milliseconds; 0 if there are none. */
  queueAgeMs({ queueAge, queuedBytes }: Connection): number {
    if (queuedBytes === 0) return 0;
    return queueAge?.seenAgeMs(queuedBytes, this.clock.monotonicMs()) ?? 0;
  }

  /** How long it has been connected, in milliseconds. */
  connectedMs({ joinedAtMs }: Connection): number {
    return Math.max(0, this.clock.monotonicMs() - joinedAtMs);
  }

  channelsOf(connection: Connection): ReadonlySet<string> {
    return this.parts.subscriptions.channelsOf(connection);
  }

  isCatchingUp(connection: Connection): boolean {
    return this.parts.subscriptions.isCatchingUp(connection);
  }

  /**
   * The position up to which everything was sent to a connection, without sending what waits. Undefined for a
   * connection without channels.
   */
  cursorOf({ subscription }: Connection): Position | undefined {
    const { replay, audience, index = -1, settledTo } = subscription ?? {};
    if (replay !== undefined) return replay.cursor;
    if (audience === undefined || settledTo === undefined || index === -1) return undefined;
    if (audience.batch.isEmpty) return this.log.head;
    return settledTo >= audience.firstWaiting ? settledTo : placeBefore(audience.firstWaiting);
  }
}
