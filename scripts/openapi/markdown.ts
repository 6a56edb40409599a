import {
  DESCRIBED_ROUTES,
  type DescribedRoute,
  type JsonSchema,
  type OpenApiDocument,
} from '@ws-hub/nestjs/openapi';
import { fieldsOf, typeOf } from './fields.js';
import { code, fenced, type Row, table } from './markdown-parts.js';

const HEAD = `<!-- Made by \`npm run docs:openapi\`; a test holds it against the server. -->

# The HTTP API

`;
const RECIPES =
  '[http.md](http.md) has a recipe for each request; [openapi.yaml](openapi.yaml) is this page for machines.';

interface Operation {
  readonly description: string;
  readonly security: readonly object[];
}

/** docs/http-api.md: the document for people. */
export function asMarkdown(document: OpenApiDocument): string {
  const { info, tags } = document;
  const parts = [
    `${HEAD}${info.description}\n\n${RECIPES}`,
    contents(),
    `## Credentials\n\n${credentials(document)}`,
    ...tags.map(({ name, description }) => section(document, name, description)),
    `## Failures\n\n${failures(document)}`,
    `## Schemas`,
    ...Object.entries(document.components.schemas).map(([name, schema]) => schemaSection(name, schema)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function contents(): string {
  const rows = DESCRIBED_ROUTES.map((route) => [
    `[${route.summary}](#${anchorOf(route.summary)})`,
    code(requestOf(route)),
    code(rightOf(route)),
  ]);
  return table(['request', 'path', 'right'], rows);
}

function credentials({ components }: OpenApiDocument): string {
  const rows = Object.entries(components.securitySchemes).map(([name, { description }]) => [
    code(name),
    String(description),
  ]);
  return table(['way', 'meaning'], rows);
}

function section(document: OpenApiDocument, tag: string, description: string): string {
  const routes = DESCRIBED_ROUTES.filter((route) => route.tag === tag);
  return [`## ${tag}`, description, ...routes.map((route) => requestSection(document, route))].join('\n\n');
}

function requestSection(document: OpenApiDocument, route: DescribedRoute): string {
  const { summary, parameters = [], bodies = [], status, answer } = route;
  const { description, security } = operationOf(document, route);
  const parts = [
    `### ${summary}`,
    fenced(requestOf(route)),
    description,
    `Credentials: ${waysOf(security)}.`,
  ];
  if (parameters.length > 0)
    parts.push(table(['parameter', 'in', 'type', 'meaning'], parameters.map(parameterRow)));
  for (const { type, schema, example } of bodies)
    parts.push(`**Body**, ${code(type)}: ${typeOf(schema)}`, fenced(example, type));
  const { body } = answer;
  parts.push(
    `**${status}**: ${answer.description}${body ? ` ${code(body.type)}: ${typeOf(body.schema)}` : ''}`,
  );
  if (body !== undefined) parts.push(fenced(body.example, body.type));
  parts.push(`**Failures**: ${route.problems.join(', ')}.`);
  return parts.join('\n\n');
}

function operationOf({ paths }: OpenApiDocument, { path, method }: DescribedRoute): Operation {
  return paths[path]?.[method] as unknown as Operation;
}

function parameterRow({
  name,
  in: place,
  required,
  schema,
  description,
}: Required<DescribedRoute>['parameters'][number]): Row {
  return [code(required ? name : `${name}?`), place, typeOf(schema), description];
}

function failures({ components }: OpenApiDocument): string {
  const rows = Object.values(components.responses).map(({ description, headers = {}, content }) => {
    const { status, detail } = content['application/problem+json'].example;
    return [String(status), description, Object.keys(headers).map(code).join(', '), code(detail)];
  });
  return table(['status', 'when', 'headers', 'example detail'], rows);
}

function schemaSection(name: string, schema: JsonSchema): string {
  const { description, items } = schema as { description?: string; items?: JsonSchema };
  const parts = [`### ${name}`];
  if (description !== undefined) parts.push(description);
  if (items !== undefined) parts.push(`${typeOf({ ...schema, items: {} })}, each with:`);
  parts.push(table(['field', 'type', 'meaning'], fieldsOf(items ?? schema)));
  return parts.join('\n\n');
}

function waysOf(security: readonly object[]): string {
  return security
    .map((way) => Object.keys(way)[0])
    .map((name) => (name === undefined ? 'none' : code(name)))
    .join(', ');
}

function requestOf({ method, path }: DescribedRoute): string {
  return `${method.toUpperCase()} ${path}`;
}

function rightOf({ right }: DescribedRoute): string {
  return right === 'admin' ? 'admin:>' : right;
}

function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}
