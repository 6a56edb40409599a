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
  /** Milliseconds between two pings to a client, ± 20 %. */
  readonly pingIntervalMs: number;
  /** Milliseconds that a client has to answer a ping with any byte. */
  readonly pingTimeoutMs: number;
  /** Milliseconds over which clients are sent away at the end. */
  readonly drainTimeoutMs: number;
}

/** What holds where nothing else was asked for. */
export const HUB_DEFAULTS: HubOptions = {
  flushIntervalMs: 2,
  maxMessageRate: 10_000,
  maxByteRate: 4 * MIB,
  maxRequestRate: 100,
  maxControlRate: 10,
  maxControlBurst: 50,
  maxQueuedBytes: MIB,
  maxQueueAgeMs: 10_000,
  maxTotalQueuedBytes: 256 * MIB,
  maxChannelsPerConnection: 100,
  maxConnectionsPerIdentity: 16,
  pingIntervalMs: 25_000,
  pingTimeoutMs: 10_000,
  drainTimeoutMs: 10_000,
};
