import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { read, sources } from './repository.js';

/** Allowed imports of each part of the code, besides packages; everything else is forbidden. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'apps/server/src': [
    'apps/server/src/*',
    'libs/access-config',
    'libs/config',
    'libs/hub',
    'libs/logging',
    'libs/nestjs',
    'libs/protocol',
  ],
  'apps/server/src/admin': [
    'apps/server/src/admin/*',
    'apps/server/src/config',
    'apps/server/src/standalone',
    'libs/config',
    'libs/console-api',
    'libs/hub',
    'libs/logging',
    'libs/nestjs',
    'libs/protocol',
  ],
  'apps/server/src/admin/views': [
    'apps/server/src/admin',
    'apps/server/src/config',
    'apps/server/src/standalone',
    'libs/access-config',
    'libs/console-api',
    'libs/hub',
    'libs/logging',
    'libs/nestjs',
    'libs/protocol',
  ],
  'apps/server/src/engine': ['apps/server/src/config', 'libs/hub', 'libs/jetstream'],
  'apps/server/src/standalone': [
    'apps/server/src/config',
    'libs/config',
    'libs/hub',
    'libs/jetstream',
    'libs/nestjs',
    'libs/protocol',
  ],
  // Defaults and limits are defined next to the code that uses them.
  'apps/server/src/config': [
    'libs/access-config',
    'libs/config',
    'libs/hub',
    'libs/jetstream',
    'libs/logging',
    'libs/nestjs',
  ],
  'apps/client/src': ['apps/client/src/*', 'libs/config', 'libs/hub-client', 'libs/logging', 'libs/protocol'],
  'apps/client/src/config': ['libs/config', 'libs/logging'],
  // A page: it only has what browsers have.
  'apps/console/src': ['apps/console/src/*', 'libs/console-api', 'libs/hub-client', 'libs/protocol'],
  'apps/console/src/pages': [
    'apps/console/src',
    'apps/console/src/parts',
    'apps/console/src/try',
    'libs/console-api',
    'libs/protocol',
  ],
  'apps/console/src/parts': ['apps/console/src', 'libs/console-api'],
  // Only the hub's public contract, and nothing of the console. The library only appears in a snippet that it shows.
  'apps/console/src/playground': ['apps/console/src/try', 'libs/hub-client'],
  'apps/console/src/try': ['apps/console/src/parts', 'libs/hub-client', 'libs/protocol'],
  'apps/explain/src': ['apps/explain/src/config', 'libs/config', 'libs/console-api', 'libs/logging'],
  'apps/explain/src/config': ['libs/config'],
  'apps/key/src': ['apps/key/src/config', 'libs/config', 'libs/nestjs'],
  'apps/key/src/config': ['libs/config', 'libs/nestjs'],
  'apps/key/src/create': ['apps/key/src', 'apps/key/src/config', 'libs/config', 'libs/nestjs'],
  'apps/key/src/list': ['apps/key/src', 'apps/key/src/config', 'libs/config', 'libs/logging', 'libs/nestjs'],
  'apps/key/src/revoke': ['apps/key/src', 'apps/key/src/config', 'libs/config', 'libs/nestjs'],
  'apps/password/src': ['apps/password/src/config', 'libs/config'],
  'apps/password/src/config': ['libs/config'],
  'apps/talk/src': [
    'apps/talk/src/config',
    'libs/config',
    'libs/hub-client',
    'libs/logging',
    'libs/protocol',
  ],
  'apps/talk/src/config': ['libs/config', 'libs/protocol'],
  'apps/talk/src/listen': [
    'apps/talk/src',
    'apps/talk/src/config',
    'libs/config',
    'libs/hub-client',
    'libs/logging',
    'libs/protocol',
  ],
  'apps/talk/src/send': [
    'apps/talk/src',
    'apps/talk/src/config',
    'libs/config',
    'libs/hub-client',
    'libs/protocol',
  ],
  'apps/token/src/check': [
    'apps/token/src/config',
    'libs/access-config',
    'libs/config',
    'libs/hub',
    'libs/logging',
    'libs/nestjs',
    'libs/protocol',
  ],
  'apps/token/src/config': ['libs/access-config', 'libs/config', 'libs/nestjs', 'libs/protocol'],
  'apps/token/src/make': ['apps/token/src/config', 'libs/config', 'libs/nestjs', 'libs/protocol'],
  'apps/verify/src': ['apps/verify/src/*', 'libs/config', 'libs/hub-client'],
  'apps/verify/src/config': ['libs/config'],
  'apps/verify/src/ways': ['apps/verify/src/config', 'libs/config', 'libs/hub-client'],
  'libs/access-config': ['libs/config', 'libs/hub', 'libs/nestjs'],
  'libs/config': ['libs/protocol'],
  'libs/console-api': [],
  'libs/hub': ['libs/protocol'],
  'libs/hub-client': ['libs/protocol'],
  'libs/jetstream': ['libs/hub', 'libs/protocol'],
  'libs/logging': [],
  'libs/nestjs': ['libs/hub', 'libs/protocol'],
  'libs/protocol': [],
  'libs/testing': ['libs/protocol'],
};

const NEST = /^@nestjs\/|^nestjs-|^reflect-metadata$|^rxjs/;
const HTTP = /^node:(http|https|http2|net|tls)$|^fastify|^express/;
const LOGGING_OF_THE_SERVER = /^pino|^nestjs-pino/;
const LOGGING = /^pino|^prom-client$/;

/** What a library must not import. */
const WITHOUT: readonly (readonly [string, ...RegExp[]])[] = [
  ['libs/protocol', /./],
  ['libs/hub', NEST, HTTP, LOGGING, /^ws$/, /^@ws-hub\/(?!protocol$)/, /^zod$/],
  ['libs/hub-client', NEST, LOGGING, /^zod$/],
  ['libs/nestjs', LOGGING_OF_THE_SERVER, /^@nestjs\/(config|platform-|schedule)/],
  ['libs/jetstream', NEST, LOGGING, /^ws$/, /^zod$/, /^node:http/],
];

interface Import {
  readonly file: string;
  readonly from: string;
  readonly target: string;
}

/** The part of the code that a path belongs to: its library, or its folder in an application. */
function partOf(path: string): string {
  const [top, name, ...rest] = path.split('/');
  return top === 'libs' || rest.length < 3
    ? [top, name, ...(top === 'libs' ? [] : ['src'])].join('/')
    : dirname(path);
}

function targetsIn(file: string): string[] {
  const matches = read(file).matchAll(
    /(?:^|\n)(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\(?\s?'([^']+)'/g,
  );
  return [...matches].map(([, named, dynamic]) => (named ?? dynamic) as string);
}

function importsOf(file: string): Import[] {
  return targetsIn(file).map((target) => ({ file, from: partOf(file), target: resolveTarget(file, target) }));
}

/** The imports of a file: paths from the root, or names of packages. */
function pathsFrom(file: string): string[] {
  return targetsIn(file).map((target) =>
    target.startsWith('.')
      ? normalize(join(dirname(file), target)).replace(/\.js$/, '.ts')
      : target.replace(/^@ws-hub\/(.+)/, 'libs/$1/src/index.ts'),
  );
}

function resolveTarget(file: string, target: string): string {
  if (target.startsWith('.')) return partOf(normalize(join(dirname(file), target)));
  return target.replace(/^@ws-hub\/([^/]+).*/, 'libs/$1');
}

/** The library or application that a path belongs to. */
function libraryOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

const files = [...sources('apps'), ...sources('libs')].filter(
  (path) => path.includes('/src/') && !path.endsWith('.spec.ts'),
);
const imports = files.flatMap(importsOf);
const inside = imports.filter(({ target }) => /^(apps|libs)\//.test(target));

describe('the dependencies of the code', () => {
  test('are covered by this test', () => {
    expect(inside.length).toBeGreaterThan(50);
    const parts = new Set(files.map(partOf));
    expect(parts).toEqual(new Set(Object.keys(ALLOWED)));
  });

  test('point in one direction', () => {
    const wrong = inside.filter(({ from, target }) => {
      const allowed = [from, ...(ALLOWED[from] ?? [])];
      return !allowed.some(
        (part) => part === target || (part.endsWith('/*') && target.startsWith(part.slice(0, -1))),
      );
    });
    expect(wrong).toEqual([]);
  });

  test.each(WITHOUT)('of %s are limited to what it needs', (part, ...unwanted) => {
    const own = files.filter((file) => partOf(file) === part && !file.includes('/testing/'));
    const packages = own.flatMap(targetsIn).filter((target) => !target.startsWith('.'));
    expect(packages.filter((name) => unwanted.some((pattern) => pattern.test(name)))).toEqual([]);
  });

  test('on a library go by its name, as they do where it is installed', () => {
    const relative = files.filter((file) =>
      targetsIn(file).some(
        (target) =>
          target.startsWith('.') && libraryOf(normalize(join(dirname(file), target))) !== libraryOf(file),
      ),
    );
    expect(relative).toEqual([]);
  });

  test('of libs/hub-client reach Node only through its transport', () => {
    const own = imports.filter(
      ({ from, target }) => from === 'libs/hub-client' && /^(node:|ws$)/.test(target),
    );
    expect(new Set(own.map(({ file }) => file))).toEqual(new Set(['libs/hub-client/src/ws-transport.ts']));
  });

  test('of the entry for browsers reach neither Node nor a package', () => {
    const reached = new Set(['libs/hub-client/src/browser.ts']);
    for (const file of reached) for (const path of pathsFrom(file)) reached.add(path);
    expect(reached).toContain('libs/protocol/src/close-codes.ts');
    expect([...reached].filter((path) => !path.endsWith('.ts'))).toEqual([]);
  });

  test('leave it to logs to create positions', () => {
    // The client library has strings with that name: positions as text.
    const own = files.filter((file) => !/^libs\/hub-client\/|\/testing\/|^libs\/hub\/src\/index/.test(file));
    const makers = own.filter((file) => /\bpositionAt\b|\bas Position\b/.test(read(file)));
    const log = /^libs\/(hub\/src\/log|jetstream\/src)\//;
    expect(makers.filter((file) => log.test(file)).length).toBeGreaterThan(3);
    expect(makers.filter((file) => !log.test(file))).toEqual([]);
  });

  test('need no forwardRef', () => {
    expect(files.filter((file) => read(file).includes('forwardRef'))).toEqual([]);
  });

  test('on the environment are those of libs/config alone', () => {
    const readers = files.filter((file) => /process\.env\b/.test(read(file)));
    expect(readers.filter((file) => !/^libs\/(config|testing)\//.test(file))).toEqual([]);
  });
});
