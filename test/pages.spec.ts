import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { packageJson, read, tableRows } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
  (name) => `docs/${name}`,
);
const own = [
  'README.md',
  'PROTOCOL.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...packageJson.workspaces.map((folder) => `${folder}/README.md`),
];
/** Made from the code when the site is built; its build holds their links. */
const GENERATED = 'docs/reference/api/';
const pages = [...own, ...docs].filter((name) => name.endsWith('.md') && !name.startsWith(GENERATED));

describe.each(pages)('%s', (name) => {
  const page = read(name);

  test('links to files that exist', () => {
    const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link as string);
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(name), link)))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const scripts = [...page.matchAll(/npm run ([a-z0-9:-]+)/g)].map(([, script]) => script as string);
    expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
});

describe('the README', () => {
  const readme = read('README.md');

  test('has two commands before all others, which are what .ci/run runs', () => {
    const [, commands = ''] = /```sh\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(commands).toBe('npm install\nnpm test\n');
    const [, ci = ''] = /^\((.*)\) 2>&1/m.exec(read('.ci/run')) ?? [];
    expect(ci.split(' && ')).toEqual(expect.arrayContaining(['npm install', 'npm test']));
  });

  test('fits on a screen', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });

  test('names both applications, and the commands that start and test them', () => {
    for (const name of ['server', 'client']) expect(readme).toContain(`nest start ${name}`);
    expect(readme).toContain('npm run test:e2e');
  });
});

test('the limits in docs/reliability.md are enforced in files that exist', () => {
  const rows = tableRows(read('docs/reliability.md'), 'threat', 'limit', 'what happens', 'where', 'test');
  const places = rows.flatMap(([, , , where = '']) =>
    [...where.matchAll(/`([^`]+\.ts)`/g)].map(([, path]) => path as string),
  );
  expect(places.length).toBeGreaterThan(30);
  const roots = [
    [/^(hub|jetstream)\//, 'libs/$1/src/'],
    [/^gateway\//, 'libs/nestjs/src/gateway/'],
    [/^(?!libs\/)/, 'apps/server/src/'],
  ] as const;
  const pathOf = (place: string) =>
    roots.reduce((path, [from, to]) => (path.startsWith('libs/') ? path : path.replace(from, to)), place);
  expect(places.filter((place) => !existsSync(join(ROOT, pathOf(place))))).toEqual([]);
});

test('the tree in CONTRIBUTING.md has only files and folders that exist', () => {
  const [, tree = ''] = read('CONTRIBUTING.md').match(/## The tree\n[^`]*```\n([\s\S]*?)```/) ?? [];
  const folders: string[] = [];
  for (const line of tree.trimEnd().split('\n')) {
    const depth = line.search(/\S/) / 2;
    const names =
      line
        .trim()
        .split(/\s{3,}/)[0]
        ?.split(/\s+/) ?? [];
    const base = folders.slice(0, depth).join('');
    for (const name of names)
      expect({ name: base + name, exists: existsSync(join(ROOT, base, name)) }).toMatchObject({
        exists: true,
      });
    if (names[0]?.endsWith('/')) folders.splice(depth, Infinity, names[0]);
  }
  expect(folders.length).toBeGreaterThan(0);
});
