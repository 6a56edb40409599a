import { bytes, count, type Limit, milliseconds, presetsOf } from './limits.js';

const MIB = 1024 * 1024;

/** What the hub goes by. Where each limit is enforced: docs/reliability.md. */
export interface HubOptions {
  /** Minimum milliseconds between two flushes, unless 16 KiB wait; 0 = every turn of the event loop. */
  readonly flushIntervalMs: number;
  /** Messages a second of one client, and as many at once; 0 = no limit. */
  readonly maxMessageRate: number;
  /** Bytes of messages a second of one client, and as many at once; 0 = no limit. */
  readonly maxByteRate: number;
  /** Requests a second of one client besides publishes, and as many at once; 0 = no limit. */
  readonly maxRequestRate: number;
  /** Control frames a second of one client. */
  readonly maxControlRate: number;
  /** Control frames that one client may send at once. */
  readonly maxControlBurst: number;
  /** Bytes that may still wait for a client when the next are written. */
  readonly maxQueuedBytes: number;
  /** Milliseconds that bytes may wait for a client. */
  readonly maxQueueAgeMs: number;
  /** Bytes that may wait for all clients. */
  readonly maxTotalQueuedBytes: number;
  /** Channels that one connection may listen to. */
  readonly maxChannelsPerConnection: number;
  /** Connections of one client at a time. */
  readonly maxConnectionsPerIdentity: number;
  /** Connections of one user at a time; 0 = no limit. */
  readonly maxConnectionsPerUser: number;
  /** Messages a second of all connections of one user, and as many at once; 0 = no limit. */
  readonly maxMessageRatePerUser: number;
  /** Milliseconds that a connection lives after its token. */
  readonly tokenGraceMs: number;
  /** Milliseconds between two pings to a client, ± 20 %. */
  readonly pingIntervalMs: number;
  /** Milliseconds that a client has to answer a ping with any byte. */
  readonly pingTimeoutMs: number;
  /** Milliseconds over which clients are sent away at the end. */
  readonly drainTimeoutMs: number;
}

/** The allowed values of each option, and its default. */
export const HUB_LIMITS: Readonly<Record<keyof HubOptions, Limit>> = {
  flushIntervalMs: count(2, 0, 1_000),
  maxMessageRate: count(10_000, 0),
  maxByteRate: bytes(4 * MIB, 0, 1024 * MIB),
  maxRequestRate: count(100, 0),
  maxControlRate: count(10, 1),
  maxControlBurst: count(50, 1),
  maxQueuedBytes: bytes(MIB, 1, 1024 * MIB),
  maxQueueAgeMs: milliseconds(10_000),
  maxTotalQueuedBytes: bytes(256 * MIB, 1, 1024 * 1024 * MIB),
  maxChannelsPerConnection: count(100, 1, 10_000),
  maxConnectionsPerIdentity: count(16, 1, 10_000),
  maxConnectionsPerUser: count(100, 0),
  maxMessageRatePerUser: count(0, 0),
  tokenGraceMs: milliseconds(25_000, 0),
  pingIntervalMs: milliseconds(25_000),
  pingTimeoutMs: milliseconds(10_000),
  drainTimeoutMs: milliseconds(10_000),
};

export const HUB_DEFAULTS: HubOptions = presetsOf(HUB_LIMITS);
