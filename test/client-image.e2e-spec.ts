import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { packageJson, read } from './repository.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MANIFESTS = ['package.json', ...packageJson.workspaces.map((folder) => `${folder}/package.json`)];
const [, PROGRAMS = ''] =
  /RUN node scripts\/used-dependencies\.js (.*)/.exec(read('Dockerfile.client')) ?? [];
const ONLY_FOR_SERVERS = /fastify|websockets|opentelemetry|^jose$|^@ws-hub\/(hub|jetstream|nestjs)$/;

/** What the manifest of the client's image has after `scripts/used-dependencies.js`. */
let manifest: typeof packageJson;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ws-hub-image-'));
  const programs = PROGRAMS.split(' ').map((name) => `dist/${name}`);
  for (const path of [...MANIFESTS, ...programs])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true });
  const script = join(ROOT, 'scripts/used-dependencies.js');
  execFileSync(process.execPath, [script, ...PROGRAMS.split(' ')], { cwd: folder });
  manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the image of the client has what its programs import', () => {
  const used = ['@nestjs/core', '@ws-hub/hub-client', '@ws-hub/protocol', 'pino', 'pino-pretty', 'zod'];
  expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining(used));
  expect(manifest.workspaces).toEqual(['libs/protocol', 'libs/hub-client']);
});

test('the image of the client has nothing that only servers need', () => {
  expect(Object.keys(packageJson.dependencies).filter((name) => ONLY_FOR_SERVERS.test(name)).length).toBe(10);
  expect(Object.keys(manifest.dependencies).filter((name) => ONLY_FOR_SERVERS.test(name))).toEqual([]);
});

test('the version of ws that npm is told to use everywhere stays known', () => {
  expect(manifest.dependencies.ws).toBe(packageJson.dependencies.ws);
});
