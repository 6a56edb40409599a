/** Descriptors that are not for clients: standard streams, the log's engine, metrics, modules that are being read. */
const RESERVED_DESCRIPTORS = 64;
const MAX_WAITING = 1_024;
const WAITING_SHARE = 4;

/** How many sockets the hub has room for. */
export interface Capacity {
  /** WebSocket connections. */
  readonly connections: number;
  /** Sockets that are not WebSocket connections yet, or never become one. */
  readonly waiting: number;
}

/**
 * Divides the file descriptors, so that the hub rejects clients (503) before the system does: without a descriptor it
 * could not even answer.
 *
 * @param descriptors maximum open files of the process; undefined if unknown
 */
export function capacityOf(maxConnections: number, descriptors: number | undefined): Capacity {
  if (descriptors === undefined) return { connections: maxConnections, waiting: MAX_WAITING };
  const free = Math.max(WAITING_SHARE, descriptors - RESERVED_DESCRIPTORS);
  const waiting = Math.min(MAX_WAITING, Math.floor(free / WAITING_SHARE));
  return { connections: Math.min(maxConnections, free - waiting), waiting };
}
