import { type Bounds, numberIn, parseFlags, pick, UsageError } from './flags.js';
import { PLOTS_DIR } from './paths.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import { SERVERS, type ServerSpec } from './servers.js';

export const ROUNDS: Bounds = { least: 1, most: 100, whole: true };
export const SECONDS: Bounds = { least: 0.1, most: 600 };
export const DEFAULT_ROUNDS = 3;
export const DEFAULT_SECONDS = 5;
const QUICK_ROUNDS = 1;
const QUICK_SECONDS = 0.7;

export const HELP = `Usage: npm run bench -- [flags]

  --scenario a,b   ${SCENARIOS.map(({ name }) => name).join(', ')} (default: all)
  --servers a,b    ${SERVERS.map(({ name }) => name).join(', ')} (default: all but ${SERVERS.filter(
    ({ onRequest }) => onRequest,
  )
    .map(({ name }) => name)
    .join(', ')})
  --rounds N       how often each is measured, in turn (default: ${DEFAULT_ROUNDS})
  --seconds N      how long each run is measured, after a warm-up (default: ${DEFAULT_SECONDS})
  --quick          all servers within a minute: fewer clients, one short round, without wide and idle
  --json FILE      writes every run to FILE
  --plot           writes the plot to docs/performance/
                   (a run of everything does both, to docs/performance/, unless --json names another place)
  --help           prints this
`;

export interface Settings {
  readonly scenarios: readonly Scenario[];
  readonly servers: readonly ServerSpec[];
  readonly rounds: number;
  readonly seconds: number;
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly plot: boolean;
}

const FLAGS = {
  scenario: { type: 'string' },
  servers: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  plot: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the flags; `help` if that is all that is asked for. @throws UsageError that names what is allowed */
export function readOptions(argv: string[]): Settings | 'help' {
  const { help, quick, plot, json, scenario, servers, rounds, seconds } = parseFlags(argv, FLAGS);
  if (help) return 'help';
  const whole = !quick && scenario === undefined && servers === undefined;
  const scenarios = pick('scenario', scenario, SCENARIOS);
  return {
    scenarios: quick ? quickened(scenarios) : scenarios,
    servers:
      servers === undefined
        ? SERVERS.filter(({ onRequest }) => !onRequest)
        : pick('servers', servers, SERVERS),
    rounds: numberIn('rounds', rounds, quick ? QUICK_ROUNDS : DEFAULT_ROUNDS, ROUNDS),
    seconds: numberIn('seconds', seconds, quick ? QUICK_SECONDS : DEFAULT_SECONDS, SECONDS),
    quick,
    plot: plot || whole,
    json: json ?? (whole ? `${PLOTS_DIR}benchmark.json` : undefined),
  };
}

function quickened(scenarios: readonly Scenario[]): readonly Scenario[] {
  const quick = scenarios.flatMap((scenario) => {
    const { quickClients: clients } = scenario;
    if (clients === undefined) return [];
    return [{ ...scenario, clients, summary: `${scenario.summary} (quick: ${clients} clients)` }];
  });
  if (quick.length > 0) return quick;
  const allowed = SCENARIOS.filter(({ quickClients }) => quickClients !== undefined).map(({ name }) => name);
  throw new UsageError(`--quick: none of these scenarios is quick; allowed: ${allowed.join(', ')}`);
}
