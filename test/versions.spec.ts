import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { packageJson, read } from './repository.js';

const require = createRequire(import.meta.url);

test('ws is at least 8.23.0, which survives a flood of pings, and Nest uses the same copy', () => {
  const path = require.resolve('ws/package.json');
  const [major = 0, minor = 0] = (require(path) as { version: string }).version.split('.').map(Number);
  expect(major * 1000 + minor).toBeGreaterThanOrEqual(8023);
  expect(createRequire(require.resolve('@nestjs/platform-ws')).resolve('ws/package.json')).toBe(path);
});

const WS_HUB = /^(ws-hub$|@ws-hub\/)/;
const root = packageJson;
const packages = root.workspaces.map(
  (folder) => [folder, JSON.parse(read(`${folder}/package.json`))] as const,
);

describe.each(packages)('%s', (folder, { version, engines, license, dependencies = {} }) => {
  test('has version, engines and license of the hub', () => {
    expect({ version, engines, license }).toEqual({
      version: root.version,
      engines: root.engines,
      license: root.license,
    });
    expect(read(`${folder}/LICENSE`)).toBe(read('LICENSE'));
  });

  test('needs nothing in another version than the hub does', () => {
    for (const [name, range] of Object.entries(dependencies))
      expect({ name, range }).toEqual({
        name,
        range: { ...root.devDependencies, ...root.dependencies }[name],
      });
  });
});

test('packages that need each other do so in the version that they have', () => {
  const ours = Object.entries(root.dependencies).filter(([name]) => WS_HUB.test(name));
  expect(ours.map(([name]) => name)).toEqual(packages.map(([, { name }]) => name).toSorted());
  expect(new Set(ours.map(([, range]) => range))).toEqual(new Set([`^${root.version}`]));
});

test('the protocol needs no package, the client library ws and the protocol alone', () => {
  const [protocol, client] = ['libs/protocol', 'libs/hub-client'].map((folder) =>
    Object.keys(JSON.parse(read(`${folder}/package.json`)).dependencies ?? {}),
  );
  expect({ protocol, client }).toEqual({ protocol: [], client: ['@ws-hub/protocol', 'ws'] });
});
