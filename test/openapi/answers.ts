import { DESCRIBED_ROUTES, type DescribedRoute } from '@ws-hub/nestjs/openapi';
import { eventsIn, mistakesInEvent } from './events.js';
import { document, mistakesIn } from './validation.js';

/** A request and its response. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const PROBLEM = { $ref: '#/components/schemas/Problem' };
const PROBLEM_TYPE = 'application/problem+json';
/** Statuses of paths that the document does not have, or not with this method. */
const UNKNOWN = [404, 405];

/** The route of a request; undefined if the document does not have it. */
export function routeOf({ method, path }: Pick<Exchange, 'method' | 'path'>): DescribedRoute | undefined {
  return DESCRIBED_ROUTES.find(
    (route) => route.method.toUpperCase() === method && patternOf(route.path).test(path),
  );
}

/** What is wrong with a response according to the document: status, headers, type and body. */
export function mistakesInAnswer(exchange: Exchange): readonly string[] {
  const route = routeOf(exchange);
  const { method, path, status } = exchange;
  return mistakesOf(route, exchange).map((mistake) => `${method} ${path} ${status}: ${mistake}`);
}

function mistakesOf(route: DescribedRoute | undefined, exchange: Exchange): readonly string[] {
  const { status, headers, body } = exchange;
  const expected = route?.status === status ? route.answer.body : undefined;
  if (route?.status === status && expected === undefined) return body === '' ? [] : ['has a body'];
  if (expected === undefined) return mistakesInProblem(route, exchange);
  const type = String(headers['content-type']).split(';')[0];
  if (type !== expected.type) return [`is ${type}`];
  return type === 'text/event-stream'
    ? eventsIn(body).flatMap(mistakesInEvent)
    : mistakesIn(JSON.parse(body), expected.schema);
}

function mistakesInProblem(
  route: DescribedRoute | undefined,
  { status, headers, body }: Exchange,
): readonly string[] {
  const allowed: readonly number[] = route?.problems ?? UNKNOWN;
  if (!allowed.includes(status)) return ['this status is not in the document'];
  if (!String(headers['content-type']).startsWith(PROBLEM_TYPE)) return [`is ${headers['content-type']}`];
  const missing = headersOf(status).filter((name) => headers[name.toLowerCase()] === undefined);
  const said = JSON.parse(body);
  return [
    ...missing.map((name) => `has no ${name}`),
    ...(said.status === status ? [] : [`says that it is ${said.status}`]),
    ...mistakesIn(said, PROBLEM),
  ];
}

/** The headers that the document promises with a failure. */
function headersOf(status: number): string[] {
  const all = Object.values(document.components.responses);
  const response = all.find(({ content }) => content[PROBLEM_TYPE].example.status === status);
  return Object.keys(response?.headers ?? (status === 405 ? { Allow: {} } : {}));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}
