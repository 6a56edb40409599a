/** The contract between the console and a hub. It is private and changes with the version. */

/** All requests are below this path of the admin port. */
export const API = '/api';

/** The prefix of the cookie names of all consoles. */
export const SESSION_COOKIE = 'ws_hub_console';

/**
 * The cookie of a session. Browsers keep the cookies of all ports of a host together: without the port in its name, one
 * console signs out the other.
 *
 * @param host as in the Host header: the port that the browser knows, which a tunnel or a container may have changed
 */
export function sessionCookie(host: string): string {
  const [, port] = /:(\d{1,5})$/.exec(host) ?? [];
  return port === undefined ? SESSION_COOKIE : `${SESSION_COOKIE}_${port}`;
}

/** The body of an answer that is not a success. */
export interface Failure {
  readonly error: string;
}

/** `GET /session`: open to everyone. `POST /session` takes a `Login`, `DELETE /session` ends a session. */
export interface SessionState {
  readonly needsPassword: boolean;
  /** Whether the caller may see the pages. */
  readonly isOpen: boolean;
}

export interface Login {
  readonly password: string;
}

/** `GET /setup`: what does not change while the hub runs. */
export interface Setup {
  readonly version: string;
  /** This hub's name among the hubs of its log. */
  readonly hub: string;
  readonly engine: 'memory' | 'nats';
  readonly auth: string;
  /** The hub's own port, where clients connect. */
  readonly port: number;
  readonly isReadonly: boolean;
  readonly hasHttp: boolean;
  readonly hasPlayground: boolean;
  /** Bytes that explanations may take; 0: off. */
  readonly explainMaxBytes: number;
}

/** What was measured in one interval. A rate is per second. */
export interface Sample {
  /** Unix milliseconds of its end. */
  readonly at: number;
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** Messages of one flush, on average; 0 without one. */
  readonly messagesPerFlush: number;
  readonly eventLoopDelayP99Ms: number;
  /** Of one core. */
  readonly cpu: number;
  readonly residentBytes: number;
  readonly queuedBytes: number;
  readonly logEntries: number;
  readonly logBytes: number;
  readonly pendingAppends: number;
  readonly isLogReady: boolean;
}

/** `GET /overview?after=UNIX_MS`: of the last hour, only what is newer than `after`. */
export interface Overview {
  readonly intervalMs: number;
  readonly samples: readonly Sample[];
  readonly uptimeMs: number;
  readonly isDraining: boolean;
  readonly isLogReady: boolean;
  readonly totals: {
    readonly messages: number;
    readonly deliveries: number;
    readonly duplicates: number;
    readonly unavailable: number;
    readonly replayed: number;
    readonly slowConsumers: number;
    readonly internalErrors: number;
  };
}

/** One hub, as it describes itself. */
export interface HubRow {
  readonly hub: string;
  readonly version: string;
  readonly isThis: boolean;
  readonly uptimeMs: number;
  readonly connections: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly eventLoopDelayP99Ms: number;
  readonly residentBytes: number;
  readonly isReady: boolean;
  readonly isDraining: boolean;
}

/** `GET /hubs`: those that answered in time. */
export interface Hubs {
  readonly hubs: readonly HubRow[];
  readonly waitedMs: number;
}

/** What lists have in common: pages begin with 0. */
export interface Page {
  readonly page: number;
  readonly pageSize: number;
  /** The number of matches; the list has at most one page of them. */
  readonly total: number;
  /** When it was computed, Unix milliseconds: expensive answers are computed at most every few seconds. */
  readonly at: number;
}

export const CHANNEL_ORDERS = ['rate', 'listeners', 'name'] as const;
export type ChannelOrder = (typeof CHANNEL_ORDERS)[number];

export interface ChannelRow {
  readonly channel: string;
  /** Connections on this hub that are subscribed to it. */
  readonly listeners: number;
  /** Measured while it has listeners. */
  readonly messagesPerSecond: number;
}

/** `GET /channels?search=TEXT&order=ORDER&page=N`: channels with listeners on this hub, of the first 1,000 in this order. */
export interface Channels extends Page {
  readonly channels: readonly ChannelRow[];
}

export const CLIENT_FIELDS = ['id', 'user', 'address'] as const;
export type ClientField = (typeof CLIENT_FIELDS)[number];

export interface ClientRow {
  readonly clientId: string;
  readonly user?: string | undefined;
  readonly address: string;
  readonly dialect: string;
  /** At most 20 of them. */
  readonly channels: readonly string[];
  readonly channelCount: number;
  /** Rights in words, at most 20 rows; undefined: it may do everything. */
  readonly rights?: readonly string[] | undefined;
  readonly expiresInMs?: number | undefined;
  readonly connectedMs: number;
  /** Messages that it has published on this connection. */
  readonly messagesIn: number;
  readonly bytesIn: number;
  readonly queuedBytes: number;
  /** How long the oldest of these bytes has been queued; 0 if none is. */
  readonly queueAgeMs: number;
  /** The position up to which it was sent everything; undefined if it is not subscribed yet. */
  readonly cursor?: string | undefined;
  readonly isCatchingUp: boolean;
  /** Why the hub is not reading from it at the moment. */
  readonly paused: readonly string[];
}

/** `GET /clients?by=FIELD&search=TEXT&page=N`: exact for `id` and `user`, a beginning for `address`; all without `search`. */
export interface Clients extends Page {
  readonly clients: readonly ClientRow[];
  /** Whether not all connections were looked at. */
  readonly isCut: boolean;
}

/** `POST /clients/disconnect`: on all hubs; refused where the console is read-only. One of the two. */
export interface Disconnect {
  readonly clientId?: string | undefined;
  readonly user?: string | undefined;
}

/** A connection that was evicted because it did not keep up. */
export interface EvictedRow {
  readonly at: number;
  readonly clientId: string;
  readonly user?: string | undefined;
  readonly address: string;
  readonly reason: string;
  readonly queuedBytes: number;
  readonly waitedMs: number;
}

/** `GET /slow`: the connections with most queued, at most 100, and the last 100 that were evicted. */
export interface Slow {
  readonly waiting: readonly ClientRow[];
  readonly waitingCount: number;
  readonly evicted: readonly EvictedRow[];
  readonly evictedTotal: number;
}

export const EVENT_LEVELS = ['info', 'warn', 'error'] as const;
export type EventLevel = (typeof EVENT_LEVELS)[number];

/** A line of the hub's logger. */
export interface EventRow {
  /** Grows by one. */
  readonly seq: number;
  readonly at: number;
  readonly level: EventLevel;
  readonly event: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** `GET /events?after=SEQ&level=LEVEL`: the newest 500 at most, oldest first; `level` is the least. */
export interface Events {
  readonly events: readonly EventRow[];
  readonly lastSeq: number;
}

/** `POST /tap`: looks at one channel; `DELETE /tap/:id` ends it, and so does not asking for 10 s. */
export interface TapRequest {
  readonly channel: string;
}

export interface TapStarted {
  readonly id: string;
  readonly endsInMs: number;
  readonly maxPerSecond: number;
}

export interface TappedMessage {
  readonly id: string;
  readonly at: number;
  readonly clientId: string;
  readonly user?: string | undefined;
  /** The first 4,096 characters. */
  readonly content: string;
  readonly contentLength: number;
}

/** `GET /tap/:id`: messages since the last request. */
export interface Tapped {
  readonly messages: readonly TappedMessage[];
  /** Messages left out because there were too many. */
  readonly leftOut: number;
  readonly endsInMs: number;
}

/** `POST /token`. */
export interface TokenCheck {
  readonly token: string;
}

export interface TokenVerdict {
  readonly result: 'valid' | 'invalid' | 'unknown';
  readonly reason?: string | undefined;
  readonly user?: string | undefined;
  readonly rights: readonly string[];
  readonly expiresAt?: number | undefined;
  readonly checks: readonly { readonly name: string; readonly fault?: string | undefined }[];
}

/** What became of a message for one connection. `unknown`: it was not recorded, or cannot be determined. */
export const FATES = [
  'delivered',
  'queued',
  'replayed',
  'replaying',
  'sent_by_it',
  'slow',
  'forbidden',
  'not_subscribed',
  'not_connected',
  'gap',
  'unknown',
] as const;
export type Fate = (typeof FATES)[number];

export interface ClientFate {
  readonly hub: string;
  readonly clientId: string;
  readonly user?: string | undefined;
  readonly address: string;
  readonly dialect: string;
  readonly fate: Fate;
  /** In a sentence, with times and figures. */
  readonly reason: string;
  /** Unix milliseconds; undefined if that did not happen. */
  readonly at?: number | undefined;
  readonly isConnected: boolean;
}

/** `GET /explain?message=ID&client=ID`: what became of a message, on all hubs that answered. */
export interface Explanation {
  readonly message: {
    readonly id: string;
    readonly channel: string;
    readonly clientId: string;
    readonly user?: string | undefined;
    /** Unix seconds. */
    readonly timestamp: number;
    readonly contentLength: number;
    /** Where it is stored, in words. */
    readonly storedIn: string;
    /** The hub that accepted it, if recorded. */
    readonly hub?: string | undefined;
    /** When its sender was acknowledged; undefined where it had no key, or it was not recorded. */
    readonly ackedAt?: number | undefined;
  };
  readonly clients: readonly ClientFate[];
  /** The number of fates; at most 100 of each hub are listed. */
  readonly total: number;
  readonly hubs: readonly string[];
  /** Since when connections are recorded on each hub, and whether some had to be forgotten. */
  readonly notes: readonly string[];
}
