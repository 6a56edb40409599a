import type { DialectName } from './generator/dialect.js';

/** How messages are sent: at a fixed rate, each after the previous one has arrived, or not at all. */
export type Load =
  | { readonly kind: 'open'; readonly perSecond: number }
  | { readonly kind: 'closed'; readonly outstanding: number }
  | { readonly kind: 'idle' };

/** One run; the parent's job for the generator. */
export interface Job {
  readonly host: string;
  readonly port: number;
  readonly serverPid: number;
  readonly dialect: DialectName;
  /** The secret with which each client signs a token of its own; without it there are no tokens. */
  readonly tokenSecret?: string | undefined;
  readonly clients: number;
  /** The number of clients after the observer that publish, in turn. */
  readonly talkers: number;
  readonly payloadBytes: number;
  readonly load: Load;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long the last deliveries may take after publishing has stopped. */
  readonly drainMs: number;
}

export interface Faults {
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
}

export interface Latency {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The result of one run. The window is between the warm-up and the end of publishing. */
export interface Measurement extends Faults {
  readonly seconds: number;
  readonly deliveries: number;
  readonly deliveriesPerSecond: number;
  /** The intended rate; only in open loops. */
  readonly offeredPerSecond?: number;
  /** The publishers' maximum delay behind the schedule; only in open loops. */
  readonly senderLagMs?: number;
  /** Of the server's process, all threads; missing where the system does not report it. */
  readonly cpuMicrosPerDelivery?: number;
  readonly serverCpuPercent?: number;
  readonly rssBytes?: number;
  readonly rssBytesPerConnection?: number;
  readonly generatorCpuPercent: number;
  readonly latency?: Latency;
  /** Connections whose bytes equalled the reference to the end. */
  readonly followers: number;
  readonly drained: boolean;
}
