import type { Action } from '@ws-hub/protocol';
import type { Access } from './access/access.js';
import type { Revocation } from './access/revocations.js';
import type { Connection, PauseReason } from './connection/connection.js';
import type { Entry } from './log/message-log.js';
import type { Position } from './log/position.js';
import type { Publisher } from './publishing/speaker.js';
import type { Beginning } from './subscriptions/beginning.js';

/** How a connection ended. */
export interface Departure {
  readonly code: number;
  readonly reason: string;
  readonly durationMs: number;
  /** How many connections are left. */
  readonly connections: number;
}

/** The connection receives these channels, or stops receiving them, from the entry after a position on. */
export interface ChannelChange {
  readonly after: Position;
  readonly channels: readonly string[];
  readonly hears: boolean;
  /** Caused by a change of rights, not by a request of the client. */
  readonly isRight: boolean;
}

/** The result of one flush. */
export interface Flush {
  readonly messages: number;
  readonly deliveries: number;
  readonly recipients: number;
  readonly durationMs: number;
}

/** Which limit a slow consumer has exceeded. */
export type SlowReason = 'age' | 'bytes' | 'pressure';
/** Which rule a connection has violated, as the metric counts it. */
export type Violation = 'control_frames' | 'identity' | 'protocol';

/**
 * Notifications of the hub: metrics, log lines, traces and webhooks attach here. Events per message are counted
 * (`HubCounters`); these are the rare ones, and `stored` and `entry`, which cost nothing without an observer.
 *
 * Callbacks run in the middle of the hub's work and must return soon. An error that one throws is reported to all as
 * `failed`.
 */
export interface HubObserver {
  /** A client has begun to receive messages. */
  connected?(connection: Connection, connections: number): void;
  /** A connection has begun to listen; called right before `connected`. */
  began?(connection: Connection, beginning: Beginning): void;
  channelsChanged?(connection: Connection, change: ChannelChange): void;
  /** A part of a replay was written. @param upTo everything for the connection was sent up to there */
  replayed?(connection: Connection, upTo: Position): void;
  /** A replay has switched to live delivery. */
  caughtUp?(connection: Connection, at: Position): void;
  /** A connection has ended, and its state still exists. */
  leaving?(connection: Connection, code: number, reason: string): void;
  /** The log was lost or is new: earlier positions are invalid. */
  lostPlace?(): void;
  /** A client that had been connected has left. */
  disconnected?(connection: Connection, departure: Departure): void;
  /** A connection has ended before it was identified. */
  leftUnknown?(connection: Connection, code: number): void;
  /** The next message in order, whichever hub accepted it. It is in the batches, but perhaps not yet written. */
  entry?(entry: Entry): void;
  /** A message that this hub accepted has got its position. */
  stored?(entry: Entry, sender: Publisher | undefined): void;
  /** How long one of a sample of messages took from accepted to stored. @param trace its traceparent, if it is traced */
  publishTimed?(durationMs: number, trace: string | undefined): void;
  flushed?(flush: Flush): void;
  pingAnswered?(roundTripMs: number): void;
  /** Reading from a client is paused. */
  paused?(reason: PauseReason): void;
  /** A client has resumed from a position. @param recovered whether the log has everything that it missed */
  resumed?(recovered: boolean): void;
  slowConsumer?(connection: Connection, reason: SlowReason, queuedBytes: number, waitedMs: number): void;
  violation?(connection: Connection, reason: Violation, error?: Error): void;
  /** A bug of the hub. @param what the operation that failed: a constant of the code */
  failed?(what: string, error: unknown): void;
  draining?(connections: number, spreadMs: number): void;
  /** A connection has got its rights. @param isRenewal it had rights before */
  granted?(connection: Connection, access: Access, isRenewal: boolean): void;
  /** A token that arrived over a connection was rejected. */
  refused?(connection: Connection, reason: string): void;
  /** A client requested something that its rights do not allow. */
  forbidden?(client: Publisher, action: Action, channels: readonly string[]): void;
  /** The token of a connection has expired without renewal. */
  expired?(connection: Connection): void;
  /** A channel has got its first subscriber, perhaps only for a moment. Called in the middle of a change. */
  channelOccupied?(channel: string): void;
  /** A channel has lost its last subscriber, perhaps only for a moment. */
  channelVacated?(channel: string): void;
  /** Tokens were revoked. @param connections how many connections of this hub end because of it */
  revoked?(revocation: Revocation, connections: number): void;
}

/** Passes the hub's notifications to all observers, in the order in which they were attached. */
export class HubEvents implements Required<HubObserver> {
  private observers: readonly HubObserver[] = [];
  private watched = false;
  private watchedEntries = false;
  private watchedChannels = false;

  /** @returns detaches the observer */
  attach(observer: HubObserver): () => void {
    this.setObservers([...this.observers, observer]);
    return () => this.setObservers(this.observers.filter((each) => each !== observer));
  }

  private setObservers(observers: readonly HubObserver[]): void {
    this.observers = observers;
    this.watched = observers.some(({ stored }) => stored !== undefined);
    this.watchedEntries = observers.some(({ entry }) => entry !== undefined);
    this.watchedChannels = observers.some(
      ({ channelOccupied, channelVacated }) => channelOccupied !== undefined || channelVacated !== undefined,
    );
  }

  /** Whether an observer is called for each message. */
  get isWatched(): boolean {
    return this.watched;
  }

  channelOccupied(channel: string): void {
    if (this.watchedChannels) this.tell((observer) => observer.channelOccupied?.(channel));
  }

  channelVacated(channel: string): void {
    if (this.watchedChannels) this.tell((observer) => observer.channelVacated?.(channel));
  }

  connected(connection: Connection, connections: number): void {
    this.tell((observer) => observer.connected?.(connection, connections));
  }

  began(connection: Connection, beginning: Beginning): void {
    this.tell((observer) => observer.began?.(connection, beginning));
  }

  channelsChanged(connection: Connection, change: ChannelChange): void {
    this.tell((observer) => observer.channelsChanged?.(connection, change));
  }

  replayed(connection: Connection, upTo: Position): void {
    this.tell((observer) => observer.replayed?.(connection, upTo));
  }

  caughtUp(connection: Connection, at: Position): void {
    this.tell((observer) => observer.caughtUp?.(connection, at));
  }

  leaving(connection: Connection, code: number, reason: string): void {
    this.tell((observer) => observer.leaving?.(connection, code, reason));
  }

  lostPlace(): void {
    this.tell((observer) => observer.lostPlace?.());
  }

  disconnected(connection: Connection, departure: Departure): void {
    this.tell((observer) => observer.disconnected?.(connection, departure));
  }

  leftUnknown(connection: Connection, code: number): void {
    this.tell((observer) => observer.leftUnknown?.(connection, code));
  }

  entry(entry: Entry): void {
    if (this.watchedEntries) this.tell((observer) => observer.entry?.(entry));
  }

  stored(entry: Entry, sender: Publisher | undefined): void {
    this.tell((observer) => observer.stored?.(entry, sender));
  }

  publishTimed(durationMs: number, trace: string | undefined): void {
    this.tell((observer) => observer.publishTimed?.(durationMs, trace));
  }

  flushed(flush: Flush): void {
    this.tell((observer) => observer.flushed?.(flush));
  }

  pingAnswered(roundTripMs: number): void {
    this.tell((observer) => observer.pingAnswered?.(roundTripMs));
  }

  paused(reason: PauseReason): void {
    this.tell((observer) => observer.paused?.(reason));
  }

  resumed(recovered: boolean): void {
    this.tell((observer) => observer.resumed?.(recovered));
  }

  slowConsumer(connection: Connection, reason: SlowReason, queuedBytes: number, waitedMs: number): void {
    this.tell((observer) => observer.slowConsumer?.(connection, reason, queuedBytes, waitedMs));
  }

  violation(connection: Connection, reason: Violation, error?: Error): void {
    this.tell((observer) => observer.violation?.(connection, reason, error));
  }

  failed(what: string, error: unknown): void {
    for (const observer of this.observers) {
      try {
        observer.failed?.(what, error);
      } catch (broken) {
        // Reporting this error the same way would fail again.
        process.emitWarning(broken instanceof Error ? broken : String(broken));
      }
    }
  }

  draining(connections: number, spreadMs: number): void {
    this.tell((observer) => observer.draining?.(connections, spreadMs));
  }

  granted(connection: Connection, access: Access, isRenewal: boolean): void {
    this.tell((observer) => observer.granted?.(connection, access, isRenewal));
  }

  refused(connection: Connection, reason: string): void {
    this.tell((observer) => observer.refused?.(connection, reason));
  }

  forbidden(client: Publisher, action: Action, channels: readonly string[]): void {
    this.tell((observer) => observer.forbidden?.(client, action, channels));
  }

  expired(connection: Connection): void {
    this.tell((observer) => observer.expired?.(connection));
  }

  revoked(revocation: Revocation, connections: number): void {
    this.tell((observer) => observer.revoked?.(revocation, connections));
  }

  /** An error in one observer affects neither the others nor the hub. */
  private tell(call: (observer: HubObserver) => void): void {
    for (const observer of this.observers) {
      try {
        call(observer);
      } catch (error) {
        this.failed('observer', error);
      }
    }
  }
}

/** Counters of events per message: plain numbers that only grow. */
export class HubCounters {
  messagesReceived = 0;
  deliveries = 0;
  receivedBytes = 0;
  sentBytes = 0;
  /** Messages that were not stored again because their key was known. */
  duplicates = 0;
  /** Messages that the log could not store. */
  unavailable = 0;
  /** Messages and acks sent in replays. */
  replayed = 0;
}
