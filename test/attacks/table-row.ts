import { quantile } from '../faults/crowd.js';
import { row } from '../faults/figures.js';
import type { Outcome } from './battle.js';
import { type Look, loopDelayMs } from './hub-under-attack.js';

/** Fewer messages say nothing about the cost of one. */
const MANY_REPLAYED = 10_000;

/** A line of the table that `attacks-reporter.js` prints at the end. */
export function tableRow(outcome: Outcome): void {
  const { finding, name, pair, start, end, cpuMicros, replayed, notes, broken, slow } = outcome;
  const perReplayed =
    replayed >= MANY_REPLAYED ? [`${(cpuMicros / replayed).toFixed(2)} µs a replayed message`] : [];
  const judged = [...broken, ...slow];
  row([
    finding,
    name,
    pairOf(delayMs(start, end, 0.99), delayMs(start, end, 1)),
    pairOf(quantile(pair.before, 0.5), quantile(pair.before, 0.99)),
    pairOf(quantile(pair.during, 0.5), quantile(pair.during, 0.99)),
    end === undefined ? '–' : (end.peakMb - start.residentMb).toFixed(0),
    end === undefined ? '–' : (cpuMicros / 1e6).toFixed(2),
    [...(judged.length === 0 ? ['held'] : judged), ...perReplayed, ...notes].join('; '),
  ]);
}

function delayMs(from: Look, to: Look | undefined, q: number): number {
  return to === undefined ? Number.NaN : loopDelayMs(from, to, q);
}

function pairOf(...values: readonly number[]): string {
  return values.map((value) => (Number.isNaN(value) ? '–' : value.toFixed(value < 10 ? 1 : 0))).join(' / ');
}
