/** How a client of the test publishes or listens. It reconnects by itself when it is cut off. */
export interface Way {
  readonly isConnected: boolean;
  /** It does not reconnect. */
  readonly hasStopped: boolean;
  /** The hub has rejected it because of its credentials, or because it has none. */
  readonly isWithoutAccess: boolean;
  /** How its last connection ended, or its last attempt at one, in words. */
  readonly whyGone: string;
  /** A URL to try, if its own seems to be wrong. */
  readonly hint?: string | undefined;
  /** False if it promises nothing across a cut. */
  readonly isResumable: boolean;
  /** Its transport, to inject faults into. */
  readonly wire: Wire;
  start(): void;
  close(): Promise<void>;
}

/** The transport below a client, which the client does not know about. */
export interface Wire {
  /** Stops reading, so that incoming data piles up on the way. */
  stall(): void;
  resume(): void;
  /** Drops the connection with everything in flight, in both directions. */
  cut(): void;
}

/** What became of a message. */
export interface Outcome {
  readonly fate: 'acked' | 'unknown' | 'refused';
  readonly id?: string | undefined;
  /** It had been stored before, so that this was a retry. */
  readonly duplicate?: boolean;
}

/** A way to publish. */
export interface Talker extends Way {
  publish(content: string): Promise<Outcome>;
}

/** A received message. */
export interface Heard {
  readonly id?: string;
  readonly content: string;
}

/** Callbacks for what a listener receives. */
export interface Hears {
  connected(): void;
  message(message: Heard): void;
  gap(): void;
  malformed(): void;
}

/** A way to listen. */
export interface Listener extends Way {
  listen(hears: Hears): void;
}

/** Short delays, because this test cuts connections all the time. */
export const WAITS = { initialMs: 50, maxMs: 500 };
