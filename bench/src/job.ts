import type { DialectName } from './generator/dialect.js';

/** How messages are said: by the clock, one after the other's arrival, or not at all. */
export type Load =
  | { readonly kind: 'open'; readonly perSecond: number }
  | { readonly kind: 'closed'; readonly outstanding: number }
  | { readonly kind: 'idle' };

/** One run, as the parent hands it to the generator. */
export interface Job {
  readonly host: string;
  readonly port: number;
  readonly serverPid: number;
  readonly dialect: DialectName;
  /** What each client signs a token of its own with; left out, they have none. */
  readonly tokenSecret?: string | undefined;
  readonly clients: number;
  /** The first so many clients after the observer talk, in turn. */
  readonly talkers: number;
  readonly payloadBytes: number;
  readonly load: Load;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** How long the last deliveries may take after the talkers have stopped. */
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

/** What one run measured; the window lies between warm-up and the talkers' stop. */
export interface Measurement extends Faults {
  readonly seconds: number;
  readonly deliveries: number;
  readonly deliveriesPerSecond: number;
  /** What the clock asked for; only in open loops. */
  readonly offeredPerSecond?: number;
  /** The talkers' greatest delay behind the clock; only in open loops. */
  readonly senderLagMs?: number;
  /** Of the server's process, all threads; missing where the system does not tell. */
  readonly cpuMicrosPerDelivery?: number;
  readonly serverCpuPercent?: number;
  readonly rssBytes?: number;
  readonly rssBytesPerConnection?: number;
  readonly generatorCpuPercent: number;
  readonly latency?: Latency;
  /** Connections whose bytes were the same as the reference's to the end. */
  readonly followers: number;
  readonly drained: boolean;
}
