import { parse } from 'yaml';
import { read } from '../repository.js';

/** A query, and where it is. */
export interface Query {
  readonly place: string;
  readonly expr: string;
  /** Labels that its legend or text shows. */
  readonly shown: readonly string[];
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat?: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly type: string; readonly query: string }[] };
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const dashboard = JSON.parse(read('deploy/grafana/dashboards/ws-hub.json')) as Dashboard;
/** For a window that is longer than a test. */
const VARIABLES: Readonly<Record<string, string>> = { job: '.*', instance: '.*', __rate_interval: '1m' };

/** The queries of the dashboard, with all variables replaced as Grafana does for "All". */
export const dashboardQueries: readonly Query[] = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat = '' }) => ({
    place: title,
    expr: expr.replaceAll(/\$(\w+)/g, (all, name: string) => VARIABLES[name] ?? all),
    shown: [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label),
  })),
);

/** The metric and the label that supply the values of each dashboard variable. */
export const variables: readonly (readonly [metric: string, label: string])[] = dashboard.templating.list
  .filter(({ type }) => type === 'query')
  .map(({ query }) => {
    const [, metric = '', label = ''] = /^label_values\((\w+)(?:\{.*\})?, (\w+)\)$/.exec(query) ?? [];
    return [metric, label];
  });

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

export const rules = (parse(read('deploy/prometheus/rules/ws-hub.yml')) as RuleFile).groups.flatMap(
  (group) => group.rules,
);

export const ruleQueries: readonly Query[] = rules.map(({ alert, record, expr, annotations = {} }) => ({
  place: alert ?? record ?? '',
  expr,
  shown: Object.values(annotations).flatMap((text) =>
    [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
  ),
}));
