import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packageJson, read } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const examples = readdirSync(join(ROOT, 'examples')).map((name) => `examples/${name}/package.json`);
const PAGES = [
  'CHANGELOG.md',
  'docs/asyncapi.yaml',
  'docs/guides/kubernetes.md',
  'docs/guides/traces.md',
  'deploy/kubernetes/hub.yaml',
];
const SOURCES = ['libs/nestjs/src/openapi/admin-routes.ts', 'scripts/version.js', '.changeset/config.json'];
const manifests = ['package.json', ...packageJson.workspaces.map((folder) => `${folder}/package.json`)];
const files = [...manifests, ...examples, ...PAGES, ...SOURCES];
const [major = 0, minor = 0] = packageJson.version.split('.').map(Number);
const next = `${major}.${minor + 1}.0`;

describe('npm run version-packages, with a minor change of one package,', () => {
  let folder: string;
  const written = (file: string) => readFileSync(join(folder, file), 'utf8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ws-hub-release-'));
    for (const file of files) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
    cpSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'));
    writeFileSync(join(folder, '.changeset/one.md'), '---\n"@ws-hub/hub": minor\n---\n\nKeep more.\n');
    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: folder });
    const changeset = join(ROOT, 'node_modules/@changesets/cli/bin.js');
    for (const args of [[changeset, 'version'], ['scripts/version.js']])
      execFileSync(process.execPath, args, { cwd: folder, stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('raises the version of every package and of the program', () => {
    const versions = manifests.map((file) => JSON.parse(written(file)).version);
    expect(versions).toEqual(manifests.map(() => next));
  });

  test('raises what names a package or the image', () => {
    for (const file of [...manifests, ...examples])
      for (const [, range] of written(file).matchAll(/"@ws-hub\/[\w-]+": "(\^.*)"/g))
        expect(range).toBe(`^${next}`);
    expect(written('deploy/kubernetes/hub.yaml')).toContain(`image: ws-hub-server:${next}\n`);
    for (const guide of ['docs/guides/kubernetes.md', 'docs/guides/traces.md']) {
      const images = [...written(guide).matchAll(/ws-hub-server:([\d.]+\d)/g)];
      expect(new Set(images.map(([, version]) => version))).toEqual(new Set([next]));
    }
    expect(written('docs/asyncapi.yaml')).toContain(`\n  version: ${next}\n`);
    expect(written('libs/nestjs/src/openapi/admin-routes.ts')).toContain(`version: '${next}'`);
  });

  test('dates what was unreleased, and keeps a place for what comes', () => {
    const today = new Date().toISOString().slice(0, 10);
    const headings = [...written('CHANGELOG.md').matchAll(/^## .*$/gm)].map(([line]) => line);
    expect(headings.slice(0, 2)).toEqual(['## [Unreleased]', `## [${next}] - ${today}`]);
    expect(written('CHANGELOG.md').replace(`\n## [${next}] - ${today}\n`, '')).toBe(read('CHANGELOG.md'));
  });

  test('uses the changeset up', () => {
    expect(readdirSync(join(folder, '.changeset'))).toEqual(['config.json']);
  });
});

test('a changeset names packages that exist', () => {
  const names = packageJson.workspaces.map((folder) => JSON.parse(read(`${folder}/package.json`)).name);
  const changesets = readdirSync(join(ROOT, '.changeset')).filter((file) => /^(?!README).*\.md$/.test(file));
  for (const file of changesets) {
    const [, head = ''] = read(join('.changeset', file)).split('---\n');
    const named = [...head.matchAll(/^["']?([^"':]+)["']?: (?:major|minor|patch)$/gm)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(named));
  }
});
