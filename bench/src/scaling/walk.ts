import type { Measurement } from '../job.js';
import { tooManyFor } from '../limits.js';
import { measure, type Times } from '../measure.js';
import { figure } from '../report/format.js';
import type { ServerSpec } from '../servers.js';
import type { Axis, Point } from './points.js';

const WARM_UP_SECONDS = 1;
const DRAIN_SECONDS = 3;
/** A server that delivers a smaller part of its messages has no meaningful cost per delivery. */
const KEEPS_UP = 0.9;

export interface Sample {
  readonly axis: Axis['name'];
  readonly at: number;
  readonly server: string;
  readonly round: number;
  readonly measurement?: Measurement;
  /** Why there is none. */
  readonly note?: string;
}

/** Measures each server at each point of an axis, the servers in turn. */
export async function walk(
  axis: Axis,
  servers: readonly ServerSpec[],
  rounds: number,
  seconds: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const leftOff = new Set<string>();
  const times = { warmUp: WARM_UP_SECONDS, measure: seconds, drain: DRAIN_SECONDS };
  for (let round = 1; round <= rounds; round++) {
    for (const point of axis.points) {
      for (const server of servers) {
        if (leftOff.has(server.name)) continue;
        const sample = { axis: axis.name, at: point.at, server: server.name, round };
        const outcome = await measurePoint(point, server, times);
        samples.push({ ...sample, ...outcome });
        if (outcome.measurement === undefined) leftOff.add(server.name);
        process.stderr.write(
          `round ${round}/${rounds}  ${axis.name} ${point.at}  ${server.name}  ${say(outcome)}\n`,
        );
      }
    }
    leftOff.clear();
  }
  return samples;
}

type Outcome = Pick<Sample, 'measurement' | 'note'>;

async function measurePoint({ shape }: Point, server: ServerSpec, times: Times): Promise<Outcome> {
  const tooMany = tooManyFor(shape.clients);
  if (tooMany !== undefined) return { note: tooMany };
  try {
    const measurement = await measure(server, shape, times);
    const { deliveriesPerSecond, offeredPerSecond = 0 } = measurement;
    if (deliveriesPerSecond < offeredPerSecond * KEEPS_UP) {
      return {
        note: `cannot keep up: ${figure(deliveriesPerSecond)} of ${figure(offeredPerSecond)} deliveries/s`,
      };
    }
    const { lost, duplicates, outOfOrder, drained } = measurement;
    if (lost + duplicates + outOfOrder > 0 || !drained) {
      return { note: `${lost} lost, ${duplicates} duplicate, ${outOfOrder} out of order` };
    }
    return { measurement };
  } catch (error) {
    return { note: (error as Error).message };
  }
}

function say({ measurement, note }: Outcome): string {
  const cost = measurement?.cpuMicrosPerDelivery;
  return cost === undefined ? (note ?? 'no CPU time on this system') : `${figure(cost)} µs/delivery`;
}
