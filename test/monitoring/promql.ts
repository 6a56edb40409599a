/** The names in a PromQL expression. */
export interface Named {
  readonly metrics: readonly Selected[];
  /** Labels for grouping or matching. */
  readonly grouping: readonly string[];
}

/** A metric, with the labels that select its series. */
export interface Selected {
  readonly name: string;
  readonly labels: readonly string[];
}

const TOKEN =
  /\s+|(?<string>"(?:[^"\\]|\\.)*")|(?<name>[a-zA-Z_:][\w:]*)|(?<number>[\d.]+(?:[eE][+-]?\d+|[a-z]+)?)|=~|!~|!=|==|<=|>=|[-+*/%^<>=(){}[\],@]/y;
const GROUPINGS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'Inf', 'NaN']);
const AGGREGATIONS = new Set(['sum', 'min', 'max', 'avg', 'count', 'topk', 'bottomk', 'quantile', 'stddev']);
const MATCHES = new Set(['=', '!=', '=~', '!~']);

/**
 * Parses the part of PromQL that our queries use. A selector without a metric (`{job="a"}`) is not supported, so it is
 * rejected.
 *
 * @throws Error for unsupported syntax
 */
export function namedIn(expression: string): Named {
  const tokens = tokensOf(expression);
  const metrics: Selected[] = [];
  const grouping: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const [token, next] = [tokens[at] as string, tokens[at + 1]];
    if (GROUPINGS.has(token) && next === '(') {
      const labels = until(tokens, at + 2, ')');
      grouping.push(...labels.filter((label) => label !== ','));
      at += labels.length + 2;
    } else if (isMetric(token, next)) {
      const matchers = next === '{' ? until(tokens, at + 2, '}') : [];
      metrics.push({ name: token, labels: matchers.filter((_, n) => MATCHES.has(matchers[n + 1] ?? '')) });
      if (next === '{') at += matchers.length + 2;
    } else if (token === '{') throw new Error(`no metric stands before { in ${expression}`);
  }
  return { metrics, grouping };
}

function isMetric(token: string, next: string | undefined): boolean {
  if (!/^[a-zA-Z_:]/.test(token) || OPERATORS.has(token) || GROUPINGS.has(token)) return false;
  return next !== '(' && !(AGGREGATIONS.has(token) && GROUPINGS.has(next ?? ''));
}

function until(tokens: readonly string[], from: number, end: string): readonly string[] {
  const at = tokens.indexOf(end, from);
  if (at === -1) throw new Error(`no ${end} in ${tokens.join(' ')}`);
  return tokens.slice(from, at);
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(expression);
    if (match === null) throw new Error(`not read: ${expression.slice(at)}`);
    if (match[0].trim() !== '') tokens.push(match[0]);
  }
  return tokens;
}
