import type { Position } from '@ws-hub/protocol';
import { type HubError, PublishError } from './errors.js';
import { keyMaker } from './keys.js';
import { byteLength, OutboxEntry, type Published, type PublishOptions } from './outbox-entry.js';
import { SendWindow, type SendWindowSettings } from './send-window.js';
import { stopwatch } from './timers.js';

export const MAX_OUTBOX_MESSAGES = 1_000;
/** Of frames. */
export const MAX_OUTBOX_BYTES = 2 ** 20;
/**
 * A hub forgets no key within 60 s unless it is overloaded beyond its configuration (PROTOCOL.md, "Keys"). Messages in
 * doubt are retried for as long as that leaves them 40 s to arrive: a hub terminates a connection that stalls for that
 * long.
 */
export const RESEND_WITHIN_MS = 20_000;
/** The default limit of a hub, in bytes of a frame. Its `welcome` states the actual limit. */
const DEFAULT_MAX_PAYLOAD = 65_536;

/** Sends a message on the connection. @returns false if there is none; nothing was sent then */
export type SendEntry = (entry: OutboxEntry) => boolean;

export interface OutboxSettings extends SendWindowSettings {
  /** Called with the keys of messages for which it is no longer known whether they were stored. */
  onUnknown(keys: readonly string[]): void;
}

/**
 * Messages from `publish` until their acknowledgement. They are sent in the order in which they were published, and
 * again, with the same keys, on the next connection: hub.v1 stores each once. Messages that must not be queued are
 * sent at once or not at all, ahead of what waits.
 */
export class Outbox {
  maxPayload = DEFAULT_MAX_PAYLOAD;
  /** Plain has no acknowledgements, so nothing can wait for one. */
  isPlain = false;
  /** In the order in which they were published. */
  private readonly entries = new Map<string, OutboxEntry>();
  /** The messages to send, on this connection or the next one, in the same order. */
  private waiting = new Set<OutboxEntry>();
  private readonly window: SendWindow;
  private bytes = 0;
  private send: SendEntry | undefined;
  private isFlowing = false;
  private isPumping = false;
  private readonly makeKey = keyMaker();
  private onEmpty: () => void = () => undefined;

  constructor(private readonly settings: OutboxSettings) {
    this.window = new SendWindow(settings, () => this.rewind());
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** Resolves with the acknowledgement. @returns a promise that rejects with a PublishError */
  add(
    content: string,
    { channel, key = this.makeKey(), queue = true, trace }: PublishOptions,
  ): Promise<Published> {
    const known = this.entries.get(key);
    if (known) return known.published;
    const entry = new OutboxEntry(key, channel, content, queue && !this.isPlain, trace);
    const fault = entry.fault ?? this.tooLarge(entry) ?? this.unwelcome(entry);
    if (fault) return Promise.reject(fault);
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
    if (entry.isQueued) {
      this.waiting.add(entry);
      this.pump();
    } else {
      this.sendEntry(entry);
    }
    return entry.published;
  }

  /** There is a connection. Queued messages wait until `flow`. */
  open(send: SendEntry): void {
    this.send = send;
  }

  /** Sends everything that waits. Only after a replay: it may contain the acknowledgement and make a retry unnecessary. */
  flow(): void {
    this.isFlowing = true;
    this.rewind();
  }

  /** The connection has ended: messages that must not be retried fail. */
  close(): void {
    this.send = undefined;
    this.isFlowing = false;
    this.window.close();
    this.giveUp(this.filter(({ isQueued }) => !isQueued));
  }

  /** A sent message may be stored where this client cannot see it: there is a gap, or a new identity. */
  doubt(): void {
    for (const entry of this.entries.values()) entry.isDoubtful ||= entry.age !== undefined;
  }

  settle(key: string, id: Position | undefined, duplicate: boolean): void {
    const entry = this.remove(key);
    if (entry === undefined) return;
    entry.resolve(id === undefined ? { duplicate } : { id, duplicate });
    this.window.stored();
    this.pump();
  }

  /** The channel of an unacknowledged message; undefined if there is none with this key, or it names none. */
  channelOf(key: string): string | undefined {
    return this.entries.get(key)?.channel;
  }

  fail(key: string, reason: 'refused' | 'closed' | 'offline' | 'too_large', message: string): void {
    this.remove(key)?.reject(new PublishError(reason, message, key));
  }

  /** Handles the hub's rejection of a message. @returns whether its publisher was told */
  refused(error: HubError): boolean {
    const entry = this.entries.get(error.key ?? '');
    if (entry === undefined) return false;
    const isRetried = error.code === 'unavailable' && entry.isQueued;
    if (isRetried) this.window.refused(entry);
    else if (error.code === 'unavailable') this.giveUp([entry]);
    else {
      const reason = error.code === 'forbidden' ? 'forbidden' : 'refused';
      this.remove(entry.key)?.reject(
        new PublishError(reason, `rejected by the hub: ${error.message}`, entry.key, { cause: error }),
      );
    }
    this.pump();
    return !isRetried;
  }

  /** Resolves when nothing is waiting, after `ms` at the latest. */
  async drained(ms: number): Promise<void> {
    if (this.isEmpty) return;
    await new Promise<void>((resolve) => {
      const cancel = this.settings.timers.after(ms, resolve);
      this.onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Nothing more will be sent: rejects everything that waits. */
  abandon(why: string): void {
    this.giveUp(this.filter(({ age }) => age !== undefined));
    for (const key of this.entries.keys()) this.fail(key, 'closed', why);
  }

  /** Sends what waits, starting with the oldest unanswered message. */
  private rewind(): void {
    this.giveUp(this.filter((entry) => this.isForgotten(entry)));
    this.waiting = new Set(this.filter((entry) => entry.isQueued && !this.window.has(entry)));
    this.pump();
  }

  /** In plain a message is settled while it is sent, which calls this again. */
  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    try {
      for (const entry of this.waiting) {
        if (!this.isFlowing || !this.window.isOpen || !this.sendEntry(entry)) return;
        this.waiting.delete(entry);
      }
    } finally {
      this.isPumping = false;
    }
  }

  /** @returns false if it has to wait for another connection */
  private sendEntry(entry: OutboxEntry): boolean {
    const { key, isQueued } = entry;
    // After a reconnect the hub may have another limit than when the message was published.
    const fault = this.tooLarge(entry);
    if (fault) this.fail(key, 'too_large', fault.message);
    else if (this.isForgotten(entry)) this.giveUp([entry]);
    else if (this.putOnWire(entry)) entry.age ??= stopwatch(this.settings.timers);
    else if (isQueued) return false;
    else this.fail(key, 'offline', 'the connection is closing');
    return true;
  }

  private putOnWire(entry: OutboxEntry): boolean {
    this.window.add(entry);
    const isSent = this.send?.(entry) === true;
    if (!isSent) this.window.delete(entry);
    return isSent;
  }

  private isForgotten({ isDoubtful, age }: OutboxEntry): boolean {
    return isDoubtful && age !== undefined && age() > RESEND_WITHIN_MS;
  }

  private giveUp(entries: readonly OutboxEntry[]): void {
    if (entries.length === 0) return;
    for (const { key } of entries)
      this.remove(key)?.reject(
        new PublishError('outcome_unknown', 'it was sent, and may or may not have been stored', key),
      );
    this.settings.onUnknown(entries.map(({ key }) => key));
  }

  private remove(key: string): OutboxEntry | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.waiting.delete(entry);
    this.window.delete(entry);
    this.bytes -= entry.bytes;
    if (this.isEmpty) this.onEmpty();
    return entry;
  }

  private filter(fits: (entry: OutboxEntry) => boolean): OutboxEntry[] {
    return [...this.entries.values()].filter(fits);
  }

  private tooLarge({ key, content, bytes }: OutboxEntry): PublishError | undefined {
    const size = this.isPlain ? byteLength(content) : bytes;
    if (size <= this.maxPayload) return undefined;
    const message = `a frame of ${size} bytes is too large; the hub allows ${this.maxPayload}`;
    return new PublishError('too_large', message, key);
  }

  private unwelcome({ key, bytes, isQueued }: OutboxEntry): PublishError | undefined {
    if (!isQueued && this.send === undefined)
      return new PublishError('offline', 'there is no connection', key);
    const isFull = this.entries.size >= MAX_OUTBOX_MESSAGES || this.bytes + bytes > MAX_OUTBOX_BYTES;
    if (!isFull && (isQueued || !this.window.isSpent)) return undefined;
    const limit = `${MAX_OUTBOX_MESSAGES} messages or ${MAX_OUTBOX_BYTES} bytes`;
    return new PublishError('full', `${limit} are already waiting for an acknowledgement`, key);
  }
}
