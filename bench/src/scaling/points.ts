import type { Shape } from '../measure.js';

/** One point on an axis: the varied value, and the run that measures it. */
export interface Point {
  readonly at: number;
  readonly shape: Shape;
}

/** The axis of a curve. The points ascend, so that a server that cannot keep up is not measured at higher ones. */
export interface Axis {
  readonly name: 'clients' | 'rate';
  readonly title: string;
  readonly points: readonly Point[];
}

const PAYLOAD_BYTES = 128;
/** Enough to measure and, up to 10,000 clients, within the capacity of every server. */
const MOST_DELIVERIES_A_SECOND = 50_000;
const MOST_MESSAGES_A_SECOND = 100;
const RATE_CLIENTS = 100;
const RATE_TALKERS = 10;

function byClients(clients: number): Point {
  const perSecond = Math.min(MOST_MESSAGES_A_SECOND, MOST_DELIVERIES_A_SECOND / clients);
  const load = { kind: 'open', perSecond } as const;
  return { at: clients, shape: { clients, talkers: 1, payloadBytes: PAYLOAD_BYTES, load } };
}

function byRate(perSecond: number): Point {
  const load = { kind: 'open', perSecond } as const;
  const shape = { clients: RATE_CLIENTS, talkers: RATE_TALKERS, payloadBytes: PAYLOAD_BYTES, load };
  return { at: perSecond, shape };
}

export const AXES: readonly Axis[] = [
  {
    name: 'clients',
    title: 'clients (1 talks, 128 B, at most 100 messages/s and 50,000 deliveries/s)',
    points: [10, 30, 100, 300, 1000, 3000, 10_000].map(byClients),
  },
  {
    name: 'rate',
    title: 'messages per second (100 clients, 10 talk in turn, 128 B)',
    points: [1, 10, 30, 100, 300, 1000, 3000, 10_000].map(byRate),
  },
];
