/** How a client of the test speaks to the hub, or hears it. It comes back by itself when it is cut off. */
export interface Way {
  readonly isConnected: boolean;
  /** It does not come back any more. */
  readonly hasStopped: boolean;
  /** The hub has sent it away because of its credentials, or for want of them. */
  readonly isWithoutAccess: boolean;
  /** How its last connection ended, or its last attempt at one, in words. */
  readonly whyGone: string;
  /** What to try where the URL seems to be wrong. */
  readonly hint?: string | undefined;
  /** False if it promises nothing across a cut. */
  readonly isResumable: boolean;
  /** What carries it, to be disturbed. */
  readonly wire: Wire;
  start(): void;
  close(): Promise<void>;
}

/** What carries a client's bytes, below the client, which knows nothing of it. */
export interface Wire {
  /** Reads nothing any more, so that what comes piles up on the way. */
  stall(): void;
  resume(): void;
  /** Drops the connection together with all that is on its way, in both directions. */
  cut(): void;
}

/** What became of a message. */
export interface Outcome {
  readonly fate: 'acked' | 'unknown' | 'refused';
  readonly id?: string | undefined;
  /** It had been stored before, so that this was a retry. */
  readonly duplicate?: boolean;
}

/** A way to talk. */
export interface Talker extends Way {
  publish(content: string): Promise<Outcome>;
}

/** A message as it was heard. */
export interface Heard {
  readonly id?: string;
  readonly content: string;
}

/** Is told what a way to listen hears. */
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

/** A test that cuts connections all the time does not want the long waits that real clients should have. */
export const WAITS = { initialMs: 50, maxMs: 500 };
