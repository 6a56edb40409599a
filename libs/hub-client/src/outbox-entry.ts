import {
  isChannelName,
  KEY,
  KEY_RULE,
  type Position,
  type Publish,
  readTraceparent,
  TRACE_RULE,
} from '@ws-hub/protocol';
import { PublishError } from './errors.js';

export interface PublishOptions {
  /** Where to publish; the channel of the URL if it is left out. */
  readonly channel?: string;
  /**
   * The same key again is the same message: stored once, acknowledged again. 1-64 characters from ! to ~, unique for
   * the client's identity; made by the client if it is left out.
   */
  readonly key?: string;
  /** Whether the message may wait for a connection, and be sent again on the next one. Default: true. */
  readonly queue?: boolean;
  /**
   * The span that goes on with the message: a W3C traceparent. It is sent again with the message. Hub.v1 only; by default
   * what the client's own option says.
   */
  readonly trace?: string | undefined;
}

/** The hub's acknowledgement. */
export interface Published {
  /** The place of the message in the hub's log; hub.v1 only. */
  readonly id?: Position;
  /** The message was stored before, behind what this client has seen already. */
  readonly duplicate: boolean;
}

/** A message that is not acknowledged yet. */
export class OutboxEntry {
  readonly published: Promise<Published>;
  readonly frame: string;
  readonly bytes: number;
  /** Milliseconds since it was first sent. */
  age: (() => number) | undefined;
  /** It may have been stored in a part of the log that this client has not seen or not known as its own. */
  isDoubtful = false;
  /** When it was last sent, by the clock of the timers. */
  sentMs = 0;
  /** The how many-th message it is that was sent; 0 until then. */
  number = 0;
  resolve!: (published: Published) => void;
  reject!: (error: PublishError) => void;

  constructor(
    readonly key: string,
    readonly channel: string | undefined,
    readonly content: string,
    readonly isQueued: boolean,
    readonly trace?: string,
  ) {
    this.frame = JSON.stringify({ type: 'publish', key, channel, content, trace } satisfies Publish);
    this.bytes = byteLength(this.frame);
    this.published = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** What the contract rules out, before it is sent. */
  get fault(): PublishError | undefined {
    const { key, channel, trace } = this;
    if (!KEY.test(key)) return new PublishError('refused', `a key must be ${KEY_RULE}`, key);
    if (trace !== undefined && readTraceparent(trace) === undefined)
      return new PublishError('refused', `a trace must be ${TRACE_RULE}`, key);
    if (channel === undefined || isChannelName(channel)) return undefined;
    return new PublishError('refused', `"${channel}" is no name of a channel`, key);
  }
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}
