import { svg } from '../report/plot.js';
import { titleOf } from '../report/table.js';
import type { CurvePoint } from './curves.js';
import type { Axis } from './points.js';

const WIDTH = 560;
const HEIGHT = 320;

/**
 * One axis: a line through each server's medians, a bar from minimum to maximum of the rounds. Both scales are
 * logarithmic.
 */
export function scalingPlot(axis: Axis, points: readonly CurvePoint[]): Promise<string> {
  const values = points
    .filter((point) => point.axis === axis.name)
    .map((point) => ({ ...point, server: titleOf(point.server) }));
  const cost = { type: 'quantitative' as const, scale: { type: 'log' as const } };
  const title = 'CPU per delivery, µs';
  return svg({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    width: WIDTH,
    height: HEIGHT,
    data: { values },
    encoding: {
      x: {
        field: 'at',
        type: 'quantitative',
        scale: { type: 'log' },
        title: axis.title,
        axis: { format: '~s', values: axis.points.map(({ at }) => at) },
      },
      color: { field: 'server', type: 'nominal', sort: null, title: null },
    },
    layer: [
      { mark: { type: 'line', point: true }, encoding: { y: { field: 'median', title, ...cost } } },
      { mark: 'rule', encoding: { y: { field: 'min', title, ...cost }, y2: { field: 'max' } } },
    ],
  });
}
