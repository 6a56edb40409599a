import type { ProblemDetails } from '../http/problem.js';
import type { Body, DescribedRoute, ProblemStatus } from './http-route.js';
import { PROBLEMS, problemName } from './problems.js';
import { DESCRIBED_ROUTES } from './routes.js';
import { componentSchemas, type JsonSchema, type SchemaName } from './schemas.js';
import { SECURITY_SCHEMES, securityOf } from './security.js';

type OpenApi = Readonly<Record<string, unknown>>;

/** The response of a failed request. */
export interface ProblemResponse {
  readonly description: string;
  readonly headers?: OpenApi;
  readonly content: {
    readonly 'application/problem+json': { readonly schema: JsonSchema; readonly example: ProblemDetails };
  };
}

/** The result of `openApiDocument`. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string } & OpenApi;
  readonly servers: readonly OpenApi[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApi>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, OpenApi>>;
    readonly responses: Readonly<Record<string, ProblemResponse>>;
    readonly schemas: Readonly<Record<SchemaName, JsonSchema>>;
  };
}

const DESCRIPTION = `Publish, read and listen on a hub over HTTP. HTTP and WebSockets share one log, one set of rights and one set of limits. PROTOCOL.md is the contract in words.

Every error is a problem object (RFC 9457), also for an unknown path (404) and a wrong method (405, with \`Allow\`). 500 is a bug of the hub. Requests may contain members that are not named here; the hub ignores them. Responses may contain more members too.`;

const TAGS = [
  { name: 'Messages', description: 'Publish and read messages.' },
  { name: 'Events', description: 'Listen to server-sent events.' },
  { name: 'Administration', description: 'For API keys that allow `admin:>`.' },
];

/**
 * The OpenAPI 3.1 document of the routes below /v1, as plain data.
 *
 * @param version of the package
 */
export function openApiDocument(version: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'ws-hub over HTTP',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: '{hub}',
        variables: { hub: { default: 'http://localhost:8080', description: 'The URL of your hub.' } },
      },
    ],
    tags: TAGS,
    paths: paths(),
    components: { securitySchemes: SECURITY_SCHEMES, responses: responses(), schemas: componentSchemas() },
  };
}

function paths(): OpenApiDocument['paths'] {
  const all: Record<string, Record<string, OpenApi>> = {};
  for (const route of DESCRIBED_ROUTES)
    all[route.path] = { ...all[route.path], [route.method]: operationOf(route) };
  return all;
}

function operationOf(route: DescribedRoute): OpenApi {
  const { operationId, tag, summary, description, parameters, bodies } = route;
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${description}\n\n${rightOf(route)}`,
    security: securityOf(route),
    ...(parameters !== undefined && { parameters }),
    ...(bodies !== undefined && { requestBody: { required: true, content: contentOf(bodies) } }),
    responses: answersOf(route),
  };
}

function rightOf({ right }: DescribedRoute): string {
  return right === 'admin'
    ? 'Requires an API key that allows `admin:>`.'
    : `Requires the right \`${right}\` on each channel.`;
}

function answersOf({ status, answer, problems }: DescribedRoute): OpenApi {
  const { description, body } = answer;
  const good = { description, ...(body !== undefined && { content: contentOf([body]) }) };
  const bad = problems.map((problem) => [
    problem,
    { $ref: `#/components/responses/${problemName(problem)}` },
  ]);
  return { [status]: good, ...Object.fromEntries(bad) };
}

function contentOf(bodies: readonly Body[]): OpenApi {
  return Object.fromEntries(bodies.map(({ type, schema, example }) => [type, { schema, example }]));
}

function responses(): Readonly<Record<string, ProblemResponse>> {
  const statuses = [...new Set(DESCRIBED_ROUTES.flatMap(({ problems }) => problems))].toSorted(
    (a, b) => a - b,
  );
  return Object.fromEntries(statuses.map((status) => [problemName(status), problemResponse(status)]));
}

function problemResponse(status: ProblemStatus): ProblemResponse {
  const { when, headers, example } = PROBLEMS[status];
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    description: when,
    ...(headers !== undefined && { headers }),
    content: { 'application/problem+json': { schema, example } },
  };
}
