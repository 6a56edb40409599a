/** The WebSocket subprotocol of this dialect (PROTOCOL.md, section 2). */
export const HUB_V1 = 'hub.v1';

/** An opaque place in the hub's log. */
export type Position = string;

export interface Hello {
  readonly type: 'hello';
  /** Proves a former identity. */
  readonly session?: string | undefined;
  /** Proves who the client's user is, and what it may do. */
  readonly token?: string | undefined;
  /** The client's cursor: everything after it is wanted. */
  readonly since?: Position | undefined;
  /** Defaults to the channel of the URL; none at all only publishes. */
  readonly channels?: readonly string[] | undefined;
}

export interface Publish {
  readonly type: 'publish';
  /** 1-64 characters from ! to ~, unique for the identity: the same key again is the same message. */
  readonly key: string;
  /** Defaults to the channel of the URL. */
  readonly channel?: string | undefined;
  readonly content: string;
  /** A W3C traceparent: the span that goes on with the message. */
  readonly trace?: string | undefined;
}

export interface Subscribe {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly channels: readonly string[];
}

/** A new token before the old one expires. */
export interface Auth {
  readonly type: 'auth';
  readonly token: string;
}

export interface Pulse {
  readonly type: 'ping' | 'pong';
}

/** What a client says. */
export type ClientMessage = Hello | Publish | Subscribe | Auth | Pulse;

export interface Welcome {
  readonly type: 'welcome';
  readonly client_id: string;
  readonly session: string;
  /** The client's cursor now: `since` if a replay follows, else the head of the log. */
  readonly position: Position;
  /** False if messages were missed. */
  readonly recovered: boolean;
  /** Milliseconds. */
  readonly ping_interval: number;
  /** Bytes of a frame. */
  readonly max_payload: number;
  /** Whom the client's token names; left out for an anonymous client. */
  readonly user?: string | undefined;
  /** Milliseconds until the token expires; left out if it does not, or there is none. */
  readonly expires_in?: number | undefined;
  /** Channels of the `hello` that the client may not hear. */
  readonly refused?: readonly string[] | undefined;
}

/** The answer to an `auth`: its token counts from now on. */
export interface Authorized {
  readonly type: 'authorized';
  readonly user?: string | undefined;
  /** Milliseconds until the token expires. */
  readonly expires_in?: number | undefined;
}

export interface Ack {
  readonly type: 'ack';
  readonly key: string;
  readonly id: Position;
  /** The message is stored already, behind the cursor, which this does not move. */
  readonly duplicate?: true | undefined;
}

export interface Message {
  readonly type: 'message';
  readonly id: Position;
  readonly channel: string;
  readonly client_id: string;
  /** Whom the sender's token named; left out for an anonymous sender. */
  readonly user?: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
}

export interface PositionMessage {
  readonly type: 'position';
  /** Everything for this client up to here has been sent. */
  readonly position: Position;
}

export interface Subscribed {
  readonly type: 'subscribed' | 'unsubscribed';
  readonly channels: readonly string[];
  readonly position: Position;
  /** Why the hub has ended it unasked: a new token does not allow these channels. */
  readonly reason?: 'forbidden' | undefined;
}

export const ERROR_CODES = ['bad_request', 'bad_session', 'too_large', 'unavailable', 'forbidden'] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  /** For people. */
  readonly message: string;
  readonly key?: string | undefined;
  /** The channels of a `subscribe` that were refused. */
  readonly channels?: readonly string[] | undefined;
}

/** What the hub says. */
export type HubMessage =
  | Welcome
  | Authorized
  | Ack
  | Message
  | PositionMessage
  | Subscribed
  | Pulse
  | ErrorMessage;

/** What a key may be. */
export const KEY = /^[!-~]{1,64}$/;
export const KEY_RULE = '1-64 characters from ! to ~';
