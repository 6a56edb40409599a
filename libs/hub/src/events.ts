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
  /** How many are left. */
  readonly connections: number;
}

/** It hears these channels, or does not hear them any longer, from the entry after a place on. */
export interface ChannelChange {
  readonly after: Position;
  readonly channels: readonly string[];
  readonly hears: boolean;
  /** Its rights changed: it did not ask for it. */
  readonly isRight: boolean;
}

/** What one flush did. */
export interface Flush {
  readonly messages: number;
  readonly deliveries: number;
  readonly recipients: number;
  readonly durationMs: number;
}

/** Which bound a slow consumer has broken. */
export type SlowReason = 'age' | 'bytes' | 'pressure';
/** Which rule a connection has broken, as the metric counts it. */
export type Violation = 'control_frames' | 'identity' | 'protocol';

/**
 * What the hub tells of itself: metrics, log lines, traces and webhooks attach here. What happens for each message is
 * counted (`HubCounters`); here is what happens seldom, and `stored` and `entry`, which cost nothing where nobody listens to them.
 *
 * Each is called in the midst of the hub's work: an observer returns soon. What it throws is told to all as `failed`.
 */
export interface HubObserver {
  /** A client hears something from now on. */
  connected?(connection: Connection, connections: number): void;
  /** A connection listens from now on: told right before `connected`. */
  began?(connection: Connection, beginning: Beginning): void;
  channelsChanged?(connection: Connection, change: ChannelChange): void;
  /** A part of a replay was written. @param upTo it was sent all that it hears up to there */
  replayed?(connection: Connection, upTo: Position): void;
  /** A replay went over to live delivery. */
  caughtUp?(connection: Connection, at: Position): void;
  /** A connection has ended, and the hub still knows all of it. */
  leaving?(connection: Connection, code: number, reason: string): void;
  /** The log was lost or began anew: positions mean nothing any more. */
  lostPlace?(): void;
  /** One that had been connected has left. */
  disconnected?(connection: Connection, departure: Departure): void;
  /** A connection has ended that never said who it is. */
  leftUnknown?(connection: Connection, code: number): void;
  /** The next message in the order, whichever hub has taken it; it was handed on, and perhaps not yet written. */
  entry?(entry: Entry): void;
  /** A message that came to this hub has got its place in the order. */
  stored?(entry: Entry, sender: Publisher | undefined): void;
  /** How long one of a sample of messages took from accepted to stored. @param trace its traceparent, if it is traced */
  publishTimed?(durationMs: number, trace: string | undefined): void;
  flushed?(flush: Flush): void;
  pingAnswered?(roundTripMs: number): void;
  /** A client is not read from for a while. */
  paused?(reason: PauseReason): void;
  /** A client came back with a position: whether the log has all that it missed. */
  resumed?(recovered: boolean): void;
  slowConsumer?(connection: Connection, reason: SlowReason, queuedBytes: number, waitedMs: number): void;
  violation?(connection: Connection, reason: Violation, error?: Error): void;
  /** A bug of the hub. @param what was being done: a constant of the code */
  failed?(what: string, error: unknown): void;
  draining?(connections: number, spreadMs: number): void;
  /** A connection has got its rights. @param isRenewal it had some before */
  granted?(connection: Connection, access: Access, isRenewal: boolean): void;
  /** A token that came over a connection was not accepted. */
  refused?(connection: Connection, reason: string): void;
  /** Something was asked for that the rights of a client do not have. */
  forbidden?(client: Publisher, action: Action, channels: readonly string[]): void;
  /** The token of a connection has expired, and no other has come. */
  expired?(connection: Connection): void;
  /** Somebody hears a channel that nobody has heard, perhaps for a moment only: told in the midst of a change. */
  channelOccupied?(channel: string): void;
  /** Nobody hears it any more, perhaps for a moment only. */
  channelVacated?(channel: string): void;
  /** Tokens count no more from now on. @param connections how many of this hub end because of it */
  revoked?(revocation: Revocation, connections: number): void;
}

/** Hands what the hub tells to all observers, in the order in which they were attached. */
export class HubEvents implements Required<HubObserver> {
  private observers: readonly HubObserver[] = [];
  private watched = false;
  private watchedEntries = false;
  private watchedChannels = false;

  /** @returns what takes it away again */
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

  /** Whether somebody is told of each message. */
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
        // Told of in the same way it would fail again.
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

  /** What one of them throws keeps neither the others from hearing it nor the hub from its work. */
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

/** What happens for each message, in plain numbers that only grow. */
export class HubCounters {
  messagesReceived = 0;
  deliveries = 0;
  receivedBytes = 0;
  sentBytes = 0;
  /** Messages whose key was known already. */
  duplicates = 0;
  /** Messages that the log could not take. */
  unavailable = 0;
  /** Messages and acks sent in replays. */
  replayed = 0;
}
