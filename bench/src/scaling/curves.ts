import { type Spread, spread } from '../statistics.js';
import type { Axis } from './points.js';
import type { Sample } from './walk.js';

/** One server's cost at one point, over all rounds. */
export interface CurvePoint extends Spread {
  readonly axis: Axis['name'];
  readonly server: string;
  readonly at: number;
}

/** CPU microseconds per delivery. A point that is missing in any round is left out. */
export function curves(samples: readonly Sample[]): CurvePoint[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.axis} ${sample.server} ${sample.at}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const costs = group.flatMap(({ measurement }) => measurement?.cpuMicrosPerDelivery ?? []);
    const figures = costs.length === group.length ? spread(costs) : undefined;
    if (first === undefined || figures === undefined) return [];
    return [{ axis: first.axis, server: first.server, at: first.at, ...figures }];
  });
}
