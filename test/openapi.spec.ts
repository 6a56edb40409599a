import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type Body, DESCRIBED_ROUTES, type DescribedRoute } from '@ws-hub/nestjs/openapi';
import { parse } from 'yaml';
import { asMarkdown } from '../scripts/openapi/markdown.js';
import { asYaml } from '../scripts/openapi/yaml.js';
import { EXAMPLE, eventsIn, mistakesInEvent } from './openapi/events.js';
import { document, mistakesIn } from './openapi/validation.js';
import { read } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROBLEM = 'application/problem+json';
const named = DESCRIBED_ROUTES.map((route) => [route.operationId, route] as const);

function bodiesOf({ bodies = [], answer }: DescribedRoute): readonly Body[] {
  return answer.body === undefined ? bodies : [...bodies, answer.body];
}

describe('docs/openapi.yaml', () => {
  // `npm run docs:openapi` writes both.
  test('matches the schemas and routes of the server', () => {
    expect(read('docs/openapi.yaml')).toBe(asYaml(document));
  });

  test('matches docs/http-api.md', () => {
    expect(read('docs/http-api.md')).toBe(asMarkdown(document));
  });

  test('is a valid OpenAPI document, and follows the rules of redocly.yaml', () => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'lint:openapi'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
  });

  test('has no broken references', () => {
    const text = read('docs/openapi.yaml');
    const refs = [...text.matchAll(/\$ref: "#\/(.+)"/g)].map(([, path]) => path as string);
    const parsed = parse(text);
    const found = (path: string) =>
      path.split('/').reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], parsed);
    expect(refs.length).toBeGreaterThan(30);
    expect(refs.filter((path) => found(path) === undefined)).toEqual([]);
  });

  test.each(named)('has examples of %s that its schemas accept', (_, route) => {
    const examples = bodiesOf(route).map(({ schema, example }) => mistakesIn(example, schema));
    expect(examples.flat()).toEqual([]);
    const { parameters = [] } = route;
    const given = parameters.filter(({ example }) => example !== undefined);
    expect(given.flatMap(({ schema, example }) => mistakesIn(example, schema))).toEqual([]);
  });

  test('has a stream of events that its schemas accept', () => {
    const events = eventsIn(EXAMPLE);
    expect(events.map(({ event }) => event)).toEqual(['welcome', 'message', 'position']);
    expect(events.flatMap(mistakesInEvent)).toEqual([]);
  });

  test('has examples of failures that its schema accepts', () => {
    const examples = Object.values(document.components.responses).map(({ content }) => content[PROBLEM]);
    expect(examples.flatMap(({ example, schema }) => mistakesIn(example, schema))).toEqual([]);
  });
});
