import type { Load } from './job.js';

/** The figure of a scenario. Lower is better, except for deliveries. */
export type Metric = 'cpu' | 'deliveries' | 'memory';

export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly metric: Metric;
  readonly clients: number;
  readonly talkers: number;
  readonly payloadBytes: number;
  readonly load: Load;
  /** The number of clients with `--quick`; left out if it takes too long for that. */
  readonly quickClients?: number;
}

const SMALL = 128;
const BIG = 16 * 1024;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'fan-out',
    summary: '1,000 clients, 1 talks, 100 messages/s of 128 B',
    metric: 'cpu',
    clients: 1000,
    talkers: 1,
    payloadBytes: SMALL,
    load: { kind: 'open', perSecond: 100 },
    quickClients: 200,
  },
  {
    name: 'chat',
    summary: '100 clients, all talk, 1,000 messages/s of 128 B in all',
    metric: 'cpu',
    clients: 100,
    talkers: 100,
    payloadBytes: SMALL,
    load: { kind: 'open', perSecond: 1000 },
    quickClients: 100,
  },
  {
    name: 'wide',
    summary: '10,000 clients, 1 talks, 10 messages/s of 128 B',
    metric: 'cpu',
    clients: 10_000,
    talkers: 1,
    payloadBytes: SMALL,
    load: { kind: 'open', perSecond: 10 },
  },
  {
    name: 'saturation',
    summary: '200 clients, 10 talk, each with 16 messages of 128 B under way',
    metric: 'deliveries',
    clients: 200,
    talkers: 10,
    payloadBytes: SMALL,
    load: { kind: 'closed', outstanding: 16 },
    quickClients: 200,
  },
  {
    name: 'big',
    summary: '200 clients, 1 talks, 50 messages/s of 16 KB',
    metric: 'cpu',
    clients: 200,
    talkers: 1,
    payloadBytes: BIG,
    load: { kind: 'open', perSecond: 50 },
    quickClients: 50,
  },
  {
    name: 'idle',
    summary: '10,000 clients that say nothing',
    metric: 'memory',
    clients: 10_000,
    talkers: 0,
    payloadBytes: SMALL,
    load: { kind: 'idle' },
  },
];
