import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { packageJson, read } from './repository.js';

interface Step {
  readonly run?: string;
  readonly uses?: string;
}

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(`${ROOT}/.github/workflows`);
const workflows = files.map((file) => [file, parse(read(`.github/workflows/${file}`)) as Workflow] as const);
const workflow = (file: string) => Object.fromEntries(workflows)[file] as Workflow;
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);
const commandsOf = (each: Workflow) => stepsOf(each).flatMap(({ run }) => (run === undefined ? [] : [run]));

/** The names of scripts that a text runs by `npm run`, `npm test` or `npm start`. */
function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test)\b)/g)].map(
    ([, named, short]) => (named ?? short) as string,
  );
}

describe.each(workflows)('%s', (file, each) => {
  test('runs scripts that the project has', () => {
    const scripts = [...new Set(commandsOf(each).flatMap(scriptsIn))];
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });

  test('uses actions in a major version', () => {
    for (const { uses } of stepsOf(each)) if (uses) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
  });

  test('may only read, except for what its jobs say', () => {
    expect(each.permissions).toEqual({ contents: 'read' });
    const more = Object.values(each.jobs).flatMap(({ permissions = {} }) => Object.entries(permissions));
    const writes = more.filter(([, right]) => right !== 'read').map(([name]) => name);
    expect(writes).toEqual({ 'docs.yml': ['pages', 'id-token'], 'publish.yml': ['id-token'] }[file] ?? []);
  });

  test('has jobs that end', () => {
    for (const job of Object.values(each.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(30);
  });
});

test('the tests run on each Node that is supported', () => {
  const { jobs } = workflow('test.yml');
  const versions = jobs.test?.strategy?.matrix.node ?? [];
  expect(versions).toEqual([20, 22, 24]);
  expect(packageJson.engines.node).toBe('>=20.19');
  expect(read('Dockerfile.server')).toMatch(/^FROM node:24\./m);
});

test('the packages are published in the order in which they need each other', () => {
  const manifests = packageJson.workspaces.map((folder) => JSON.parse(read(`${folder}/package.json`)));
  const names = manifests.map(({ name }) => name as string);
  for (const [at, { dependencies = {} }] of manifests.entries())
    for (const name of Object.keys(dependencies))
      if (names.includes(name)) expect(names.slice(0, at)).toContain(name);
});

test('what is run in CI exists', () => {
  const scripts = scriptsIn(read('.ci/run'));
  expect(scripts).toEqual(expect.arrayContaining(['setup:test', 'test', 'test:node24:short']));
  expect(scripts.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
});

test('the tests under Node 24 name files that exist', () => {
  const patterns = [...read('scripts/test-node24.sh').matchAll(/^(?:short|more)='\|?(.*)'$/gm)].map(
    ([, all]) => all as string,
  );
  const files = patterns.flatMap((all) => all.split(/\|(?![^(]*\))/)).flatMap(alternatives);
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => !existsSync(`${ROOT}/${file}.e2e-spec.ts`))).toEqual([]);
});

/** `a/(b|c)` is a/b and a/c. */
function alternatives(pattern: string): string[] {
  const [, before = '', words, after = ''] = /^(.*?)\((.*?)\)(.*)$/.exec(pattern) ?? [];
  if (words === undefined) return [pattern];
  return words.split('|').flatMap((word) => alternatives(`${before}${word}${after}`));
}
