/** The WebSocket subprotocol of this dialect (PROTOCOL.md, section 2). */
export const HUB_V1 = 'hub.v1';

/** An opaque position in the hub's log. */
export type Position = string;

export interface Hello {
  readonly type: 'hello';
  /** Proves an earlier identity. */
  readonly session?: string | undefined;
  /** Proves the client's user and rights. */
  readonly token?: string | undefined;
  /** The client's cursor: it wants everything after it. */
  readonly since?: Position | undefined;
  /** Defaults to the channel of the URL. An empty list is for clients that only publish. */
  readonly channels?: readonly string[] | undefined;
}

export interface Publish {
  readonly type: 'publish';
  /** 1-64 characters from ! to ~, unique for the identity: the same key again is the same message. */
  readonly key: string;
  /** Defaults to the channel of the URL. */
  readonly channel?: string | undefined;
  readonly content: string;
  /** A W3C traceparent: the parent span of the message. */
  readonly trace?: string | undefined;
}

export interface Subscribe {
  readonly type: 'subscribe' | 'unsubscribe';
  readonly channels: readonly string[];
}

/** Sends a new token before the old one expires. */
export interface Auth {
  readonly type: 'auth';
  readonly token: string;
}

export interface Pulse {
  readonly type: 'ping' | 'pong';
}

/** Messages from client to hub. */
export type ClientMessage = Hello | Publish | Subscribe | Auth | Pulse;

export interface Welcome {
  readonly type: 'welcome';
  readonly client_id: string;
  readonly session: string;
  /** The client's cursor now: `since` if a replay follows, otherwise the head of the log. */
  readonly position: Position;
  /** False if messages were missed. */
  readonly recovered: boolean;
  /** In milliseconds. */
  readonly ping_interval: number;
  /** Bytes of a frame. */
  readonly max_payload: number;
  /** The user in the client's token; left out for an anonymous client. */
  readonly user?: string | undefined;
  /** Milliseconds until the token expires; left out if it does not, or there is none. */
  readonly expires_in?: number | undefined;
  /** Channels of the `hello` that the client may not subscribe to. */
  readonly refused?: readonly string[] | undefined;
}

/** The answer to an `auth`: its token is in force from now on. */
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
  /** The message was already stored, behind the cursor, which this does not move. */
  readonly duplicate?: true | undefined;
}

export interface Message {
  readonly type: 'message';
  readonly id: Position;
  readonly channel: string;
  readonly client_id: string;
  /** The user in the sender's token; left out for an anonymous sender. */
  readonly user?: string | undefined;
  /** Unix time in whole seconds. */
  readonly timestamp: number;
  readonly content: string;
}

export interface PositionMessage {
  readonly type: 'position';
  /** Everything for this client up to here was sent. */
  readonly position: Position;
}

export interface Subscribed {
  readonly type: 'subscribed' | 'unsubscribed';
  readonly channels: readonly string[];
  readonly position: Position;
  /** Why the hub has removed them: a new token does not allow these channels. */
  readonly reason?: 'forbidden' | undefined;
}

export const ERROR_CODES = ['bad_request', 'bad_session', 'too_large', 'unavailable', 'forbidden'] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorMessage {
  readonly type: 'error';
  readonly code: ErrorCode;
  /** Human-readable. */
  readonly message: string;
  readonly key?: string | undefined;
  /** The channels of a `subscribe` that were rejected. */
  readonly channels?: readonly string[] | undefined;
}

/** Messages from hub to client. */
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
