import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { read } from './repository.js';

const require = createRequire(import.meta.url);

test('ws is at least 8.23.0, which survives a flood of pings, and Nest uses the same copy', () => {
  const path = require.resolve('ws/package.json');
  const [major = 0, minor = 0] = (require(path) as { version: string }).version.split('.').map(Number);
  expect(major * 1000 + minor).toBeGreaterThanOrEqual(8023);
  expect(createRequire(require.resolve('@nestjs/platform-ws')).resolve('ws/package.json')).toBe(path);
});

test('the client library has the version of the hub, and of all packages needs ws alone', () => {
  const [root, library] = ['package.json', 'libs/hub-client/package.json'].map((path) =>
    JSON.parse(read(path)),
  );
  expect({ version: library.version, engines: library.engines }).toEqual({
    version: root.version,
    engines: root.engines,
  });
  expect(library.dependencies).toEqual({ ws: root.dependencies.ws });
});
