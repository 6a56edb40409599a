import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Metric, Scenario } from '../scenarios.js';
import type { Spread } from '../statistics.js';
import type { Summary } from '../summary.js';
import { figure } from './format.js';
import { titleOf } from './table.js';

const HUB_COLOR = '#c2410c';
const PEER_COLOR = '#94a3b8';
const PANEL_WIDTH = 340;
const PANELS_A_ROW = 2;

/** Names are never truncated. */
const CONFIG = {
  font: 'sans-serif',
  view: { stroke: null },
  axis: { labelLimit: 0 },
  legend: { labelLimit: 0 },
} as const;

const METRICS: Readonly<Record<Metric, { axis: string; spread: (summary: Summary) => Spread | undefined }>> =
  {
    cpu: { axis: 'CPU per delivery, µs (less is better)', spread: (summary) => summary.cpuMicrosPerDelivery },
    deliveries: {
      axis: 'deliveries per second (more is better)',
      spread: (summary) => summary.deliveriesPerSecond,
    },
    memory: {
      axis: 'RSS per connection, KB (less is better)',
      spread: (summary) => inKilobytes(summary.rssBytesPerConnection),
    },
  };

/** All scenarios in one picture: a panel per scenario, a bar for each server's median, a line from minimum to maximum. */
export function benchmarkPlot(
  scenarios: readonly Scenario[],
  summaries: readonly Summary[],
): Promise<string> {
  const panels = scenarios
    .map((scenario) => panel(scenario, summaries))
    .filter((each) => each.data.values.length > 0);
  return svg({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    columns: PANELS_A_ROW,
    concat: panels,
  });
}

/** Draws a Vega-Lite specification. */
export function svg(spec: TopLevelSpec): Promise<string> {
  return new View(parse(compile({ ...spec, config: CONFIG }).spec), { renderer: 'none' }).toSVG();
}

function panel(scenario: Scenario, summaries: readonly Summary[]) {
  const { axis, spread } = METRICS[scenario.metric];
  const values = summaries
    .filter((summary) => summary.scenario === scenario.name)
    .flatMap((summary) => {
      const figures = spread(summary);
      if (figures === undefined) return [];
      const { server } = summary;
      return [{ server: titleOf(server), hub: server === 'hub', text: figure(figures.median), ...figures }];
    });
  const y = { field: 'server', type: 'nominal', sort: null, axis: { title: null } } as const;
  return {
    title: { text: scenario.name, subtitle: scenario.summary, anchor: 'start' as const, offset: 8 },
    width: PANEL_WIDTH,
    height: { step: 24 },
    data: { values },
    encoding: { y },
    layer: [
      { mark: { type: 'bar' as const }, encoding: { x: quantity('median', axis), color } },
      { mark: { type: 'rule' as const }, encoding: { x: quantity('min', axis), x2: { field: 'max' } } },
      {
        mark: { type: 'text' as const, align: 'left' as const, dx: 4 },
        encoding: { x: quantity('max', axis), text: { field: 'text' } },
      },
    ],
  };
}

const color = {
  condition: { test: 'datum.hub', value: HUB_COLOR },
  value: PEER_COLOR,
};

function quantity(field: string, title: string) {
  return { field, type: 'quantitative' as const, title, axis: { format: '~s', tickCount: 5 } };
}

function inKilobytes(spread: Spread | undefined): Spread | undefined {
  if (spread === undefined) return undefined;
  return { median: spread.median / 1024, min: spread.min / 1024, max: spread.max / 1024 };
}
