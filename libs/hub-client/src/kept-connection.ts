import { CLOSE } from '@ws-hub/protocol';
import { type Backoff, backoffMs } from './backoff.js';
import { type Handshake, Link, type LinkSettings } from './link.js';
import { MAX_TIMER_MS } from './timers.js';
import type { Ending, Opened } from './transport.js';
import { advisedSpreadMs, advisedWaitMs, type Comeback } from './verdict.js';

/** After a connection that was usable for this long, the next wait is short again. */
const STABLE_AFTER_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;
const ABNORMAL = 1006;

export interface ConnectionSettings extends LinkSettings, Backoff {
  /** Returns a number from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Uses the connection with a dialect. */
export interface ConnectionListener {
  connecting(attempt: number): void;
  /**
   * Gets what the next attempt needs, at once or later.
   *
   * @param failed called if it is not available, so that the attempt has failed
   * @returns ends the wait for it
   */
  prepare(ready: (handshake: Handshake) => void, failed: (error: Error) => void): () => void;
  opened(opened: Opened): void;
  received(text: string): void;
  receivedBinary(bytes: number): void;
  quiet(): void;
  /** @param wasStable whether the connection had been usable for a while */
  ended(ending: Ending, wasStable: boolean): Comeback;
  reconnecting(attempt: number, delayMs: number): void;
  stopped(ending: Ending): void;
}

/** Keeps a connection to a hub until `close`, or until the hub asks the client not to reconnect. */
export class KeptConnection {
  private wanted = false;
  private attempt = 0;
  private link: Link | undefined;
  private usefulSinceMs: number | undefined;
  private cancelWait: () => void = () => undefined;
  private closers: (() => void)[] = [];
  /** This connection was ended only to start another one. */
  private isRenewed = false;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly listener: ConnectionListener,
  ) {}

  get isWanted(): boolean {
    return this.wanted;
  }

  /** Starts to keep a connection, and returns at once. Does nothing if it already does. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    // A connection that is still closing is replaced when it has ended.
    if (this.link === undefined) this.connect();
  }

  /** The connection is usable: from now on it counts as a success. */
  settle(): void {
    this.usefulSinceMs = this.settings.timers.now();
  }

  /** @returns false if there is no connection; nothing was sent then */
  send(text: string): boolean {
    return this.link?.send(text) === true;
  }

  /** Ends this connection at once, and reconnects as after any other end. */
  cut(cause: Error): void {
    this.link?.cut(cause);
  }

  /** Pauses or resumes reading, if the transport supports it. */
  setPaused(isPaused: boolean): void {
    this.link?.setPaused(isPaused);
  }

  /** Ends this connection, if there is one, and starts another one at once. */
  renew(cause: Error): void {
    if (this.link === undefined) return;
    this.isRenewed = true;
    this.link.cut(cause);
  }

  /** Closes the connection permanently (1000). Resolves when it has ended, after 5 s at the latest. */
  async close(): Promise<void> {
    this.wanted = false;
    this.cancelWait();
    const { link } = this;
    if (link === undefined) return;
    const cancelCut = this.settings.timers.after(CLOSE_TIMEOUT_MS, () => link.cut());
    await new Promise<void>((resolve) => {
      this.closers.push(resolve);
      link.close(CLOSE.normal);
    });
    cancelCut();
  }

  private connect(): void {
    let isDue = true;
    // A listener may close the client, and even start it again.
    this.cancelWait = () => {
      isDue = false;
    };
    this.listener.connecting(this.attempt + 1);
    if (!isDue) return;
    this.cancelWait = this.listener.prepare(
      (handshake) => this.open(handshake),
      (error) => this.linkOnEnd({ code: ABNORMAL, reason: '', error }),
    );
  }

  private open(handshake: Handshake): void {
    const { listener } = this;
    this.link = new Link(this.settings, handshake, {
      opened: (opened) => listener.opened(opened),
      received: (text) => listener.received(text),
      receivedBinary: (bytes) => listener.receivedBinary(bytes),
      quiet: () => listener.quiet(),
      ended: (ending) => this.linkOnEnd(ending),
    });
  }

  private linkOnEnd(ending: Ending): void {
    const wasStable = this.wasStable();
    if (wasStable) this.attempt = 0;
    const comesBack = this.isRenewed || this.closers.length > 0;
    const closers = this.closers.splice(0);
    this.isRenewed = false;
    this.link = this.usefulSinceMs = undefined;
    const comeback = this.listener.ended(ending, wasStable);
    for (const closer of closers) closer();
    // A listener may have closed the client, and even started it again.
    if (!this.wanted || this.link !== undefined) return;
    if (comesBack || comeback === 'now') this.connect();
    else if (comeback === 'later') this.reconnect(ending);
    else this.stop(ending);
  }

  private wasStable(): boolean {
    return (
      this.usefulSinceMs !== undefined && this.settings.timers.now() - this.usefulSinceMs >= STABLE_AFTER_MS
    );
  }

  private stop(ending: Ending): void {
    this.wanted = false;
    this.listener.stopped(ending);
  }

  /**
   * The wait starts after the time that the hub asked for, and is spread over the time that it advised, so that clients
   * with the same advice do not reconnect together.
   */
  private reconnect(ending: Ending): void {
    this.attempt++;
    const { settings } = this;
    const backoff = backoffMs(this.attempt, settings, settings.random);
    const spread = settings.random() * advisedSpreadMs(ending);
    const delayMs = Math.min(advisedWaitMs(ending) + Math.max(backoff, spread), MAX_TIMER_MS);
    this.cancelWait = settings.timers.after(delayMs, () => this.connect());
    this.listener.reconnecting(this.attempt, delayMs);
  }
}
