import { SilenceWatch } from './silence-watch.js';
import type { Timers } from './timers.js';
import type { Ending, Open, Opened, Transport, TransportListener } from './transport.js';

/**
 * While reading is paused, a client does not see the hub's pings. It sends something this often, so that it does not
 * count as gone.
 */
const SIGN_WHILE_PAUSED_MS = 5_000;

export interface LinkSettings {
  readonly url: string;
  readonly silenceTimeoutMs: number;
  readonly open: Open;
  readonly timers: Timers;
}

/** The parameters of a connection attempt. */
export interface Handshake {
  /** The subprotocols. */
  readonly offers: readonly string[];
  readonly token: string | undefined;
}

export interface LinkListener {
  opened(opened: Opened): void;
  received(text: string): void;
  receivedBinary(bytes: number): void;
  /** The moment to send something that the hub answers, or that is a sign of life to it. */
  quiet(): void;
  ended(ending: Ending): void;
}

/** One connection, or the attempt at one. It ends by itself if the other side is silent. */
export class Link {
  private readonly transport: Transport;
  private watch: SilenceWatch | undefined;
  private cancelSign: () => void = () => undefined;
  private isWatched = false;
  private isMuted = false;
  private isPaused = false;
  private cause: Error | undefined;

  constructor(
    private readonly settings: LinkSettings,
    { offers, token }: Handshake,
    private readonly listener: LinkListener,
  ) {
    const heard: TransportListener = {
      opened: (opened) => this.transportOnOpen(opened),
      received: (text) => {
        if (!this.isMuted) listener.received(text);
      },
      receivedBinary: (bytes) => listener.receivedBinary(bytes),
      alive: () => this.watch?.signOfLife(),
      ended: (ending) => this.transportOnEnd(ending),
    };
    this.transport = settings.open(settings.url, offers, heard, token);
  }

  send(text: string): boolean {
    return !this.isMuted && this.transport.send(text);
  }

  /** Starts the close handshake. Only the end is reported after that. */
  close(code: number): void {
    this.isMuted = true;
    this.transport.resume?.();
    this.transport.close(code, '');
  }

  /** Ends the connection at once. Only the end is reported after that, with this cause. */
  cut(cause?: Error): void {
    this.isMuted = true;
    this.cause ??= cause;
    this.transport.terminate();
  }

  /** Pauses or resumes reading, if the transport supports it. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.isPaused || this.isMuted || this.transport.pause === undefined) return;
    this.isPaused = isPaused;
    if (isPaused) this.pause();
    else this.resume();
  }

  private pause(): void {
    this.transport.pause?.();
    this.watch?.end();
    this.watch = undefined;
    this.signAgain();
  }

  private resume(): void {
    this.cancelSign();
    this.transport.resume?.();
    this.startWatch();
  }

  private transportOnOpen(opened: Opened): void {
    // Without a subprotocol, pings are the hub's only signs of life on a quiet channel.
    this.isWatched = opened.protocol !== '' || this.transport.hidesPings !== true;
    this.startWatch();
    this.listener.opened(opened);
  }

  private transportOnEnd(ending: Ending): void {
    this.watch?.end();
    this.cancelSign();
    this.listener.ended(this.cause ? { ...ending, error: this.cause } : ending);
  }

  private startWatch(): void {
    const { silenceTimeoutMs, timers } = this.settings;
    if (!this.isWatched) return;
    this.watch = new SilenceWatch(silenceTimeoutMs, timers, {
      quiet: () => this.listener.quiet(),
      silent: () => {
        this.cause = new Error(`nothing was received from the hub for ${silenceTimeoutMs} ms`);
        this.transport.terminate();
      },
    });
  }

  private signAgain(): void {
    this.cancelSign = this.settings.timers.after(SIGN_WHILE_PAUSED_MS, () => {
      this.signAgain();
      this.listener.quiet();
    });
  }
}
