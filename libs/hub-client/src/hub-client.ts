import { CLOSE, type Envelope, parseEnvelope } from '@ws-hub/protocol';
import { type Backoff, backoffMs } from './backoff.js';
import { Emitter } from './emitter.js';
import { SilenceWatch, systemTimers, type Timers } from './silence-watch.js';
import type { Ending, Open, Transport } from './transport.js';
import { advisedSpreadMs, advisedWaitMs, meansStop } from './verdict.js';
import { wsTransport } from './ws-transport.js';

/** After a connection that held this long the next wait is short again. */
const STABLE_AFTER_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** A timer that is to wait longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface HubClientOptions extends Backoff {
  /** ws:// or wss:// URL of the hub, with `?channel=` if not `main`. */
  readonly url: string;
  /** A hub from which no byte, not even a ping, has come for this long counts as gone. */
  readonly silenceTimeoutMs: number;
  readonly open?: Open;
  /** Returns a number from 0 up to but not including 1. */
  readonly random?: () => number;
  readonly timers?: Timers;
}

export interface ClientEvents {
  connecting: [attempt: number];
  /** The client's own id, where the transport can read it. */
  connected: [clientId: string | undefined];
  message: [message: Envelope];
  /** Something came that is no message of the contract; it was dropped. */
  malformed: [text: string, error: Error];
  disconnected: [ending: Ending];
  /** The connection is tried again after this wait. */
  reconnecting: [attempt: number, delayMs: number];
  /** The hub said not to come back; `start` begins anew. */
  stopped: [ending: Ending];
}

/**
 * A client that keeps a connection to a hub through everything, until `close` or until the hub says not to come back.
 *
 * Delivery is that of the plain contract: at most once, while connected. Nothing is queued while offline.
 */
export class HubClient extends Emitter<ClientEvents> {
  private readonly open: Open;
  private readonly random: () => number;
  private readonly timers: Timers;
  private wanted = false;
  private attempt = 0;
  private transport: Transport | undefined;
  private watch: SilenceWatch | undefined;
  private connectedAtMs: number | undefined;
  private silence: Error | undefined;
  private cancelWait: (() => void) | undefined;
  private closers: (() => void)[] = [];

  constructor(private readonly options: HubClientOptions) {
    super();
    this.open = options.open ?? wsTransport();
    this.random = options.random ?? Math.random;
    this.timers = options.timers ?? systemTimers;
  }

  /** Whether a message that is sent now has a connection to travel on. */
  get connected(): boolean {
    return this.connectedAtMs !== undefined;
  }

  /** Begins to keep a connection, and returns at once; without effect if it does already. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    // A connection that is still being closed makes room for the new one when it ends.
    if (this.transport === undefined) this.connect();
  }

  /** Sends a text if there is a connection. @returns false if there is none; the text is then forgotten */
  send(text: string): boolean {
    return this.connected && this.transport?.send(text) === true;
  }

  /** Ends the connection for good (1000); resolves when it is gone, after 5 s at the latest. */
  async close(): Promise<void> {
    this.wanted = false;
    this.cancelWait?.();
    const { transport } = this;
    if (transport === undefined) return;
    const cancelCut = this.timers.after(CLOSE_TIMEOUT_MS, () => transport.terminate());
    await new Promise<void>((resolve) => {
      this.closers.push(resolve);
      transport.close(CLOSE.normal, '');
    });
    cancelCut();
  }

  private connect(): void {
    this.emit('connecting', this.attempt + 1);
    this.transport = this.open(this.options.url, {
      opened: (clientId) => this.transportOnOpen(clientId),
      received: (text) => this.transportOnText(text),
      receivedBinary: (bytes) => this.emit('malformed', '', new Error(`a binary message of ${bytes} bytes`)),
      alive: () => this.watch?.signOfLife(),
      ended: (ending) => this.transportOnEnd(ending),
    });
  }

  private transportOnOpen(clientId: string | undefined): void {
    const { silenceTimeoutMs } = this.options;
    this.connectedAtMs = this.timers.now();
    this.watch = new SilenceWatch(silenceTimeoutMs, this.timers, () => {
      this.silence = new Error(`nothing came from the hub for ${silenceTimeoutMs} ms`);
      this.transport?.terminate();
    });
    this.emit('connected', clientId);
  }

  private transportOnText(text: string): void {
    let message: Envelope;
    try {
      message = parseEnvelope(text);
    } catch (error) {
      this.emit('malformed', text, error as Error);
      return;
    }
    this.emit('message', message);
  }

  private transportOnEnd(end: Ending): void {
    const ending = this.silence ? { ...end, error: this.silence } : end;
    if (this.wasStable()) this.attempt = 0;
    this.forgetConnection();
    const closers = this.closers.splice(0);
    this.emit('disconnected', ending);
    for (const closer of closers) closer();
    if (!this.wanted) return;
    if (closers.length > 0) this.connect();
    else this.judge(ending);
  }

  private wasStable(): boolean {
    return this.connectedAtMs !== undefined && this.timers.now() - this.connectedAtMs >= STABLE_AFTER_MS;
  }

  private forgetConnection(): void {
    this.watch?.end();
    this.watch = undefined;
    this.silence = undefined;
    this.transport = undefined;
    this.connectedAtMs = undefined;
  }

  private judge(ending: Ending): void {
    if (meansStop(ending)) {
      this.wanted = false;
      this.emit('stopped', ending);
    } else {
      this.reconnect(ending);
    }
  }

  /**
   * The wait begins where the hub's advice to stay away ends, and is spread over the time that it advised: those who
   * got the same advice do not come as one.
   */
  private reconnect(ending: Ending): void {
    this.attempt++;
    const backoff = backoffMs(this.attempt, this.options, this.random);
    const spread = this.random() * advisedSpreadMs(ending);
    const wishedMs = advisedWaitMs(ending) + Math.max(backoff, spread);
    const delayMs = Math.min(wishedMs, MAX_TIMER_MS);
    this.cancelWait = this.timers.after(delayMs, () => this.connect());
    this.emit('reconnecting', this.attempt, delayMs);
  }
}
