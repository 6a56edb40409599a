/** Files that are no clients: standard streams, the log's engine, metrics, modules that are being read. */
const RESERVED_DESCRIPTORS = 64;
const MAX_WAITING = 1_024;
const WAITING_SHARE = 4;

/** How many sockets the hub has room for. */
export interface Capacity {
  /** WebSocket connections. */
  readonly connections: number;
  /** Sockets that are no WebSocket connection yet, or never become one. */
  readonly waiting: number;
}

/**
 * Divides the descriptors, so that the hub says no (503) before the system does: without a descriptor nobody can even
 * be told.
 *
 * @param descriptors how many files the process may have open; undefined if that is not known
 */
export function capacityOf(maxConnections: number, descriptors: number | undefined): Capacity {
  if (descriptors === undefined) return { connections: maxConnections, waiting: MAX_WAITING };
  const free = Math.max(WAITING_SHARE, descriptors - RESERVED_DESCRIPTORS);
  const waiting = Math.min(MAX_WAITING, Math.floor(free / WAITING_SHARE));
  return { connections: Math.min(maxConnections, free - waiting), waiting };
}
