import { describe, expect, test } from '@jest/globals';
import semver from 'semver';
import { packageJson, read } from './repository.js';

interface Locked {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly libc?: readonly string[];
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const locked = Object.entries(packages);
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '');
const oldestNode = semver.minVersion(packageJson.engines.node ?? '')?.version ?? '';

/**
 * What an installed hub has in a version that refuses Node 20, because a package of ours cannot choose it for its users.
 * Both run on it. In this repository `overrides` chooses one that allows Node 20.
 */
const ONLY_OVERRIDDEN_HERE: Readonly<Record<string, string>> = {
  '@nestjs/common needs file-type':
    'Nest 12 pins it, and imports it only to look at uploaded files, which the hub has none of',
  'light-my-request needs cookie': 'fastify loads it for injected requests, which only tests make',
};

/** What refuses Node 20 according to its `engines`, and yet is installed on it. */
const REFUSING: Readonly<Record<string, string>> = {
  'nestjs-pino':
    'its versions for Nest 12 want Node 22.12, and all tests run with it on Node 20; .npmrc keeps npm from warning',
};

/** Where Node looks for a package: beside what needs it, then one folder up at a time. */
function lookUp(from: string, name: string): Locked | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path] !== undefined || from === '') return packages[path];
  return lookUp(
    from.includes('node_modules/') ? from.replace(/\/?node_modules\/(?!.*node_modules\/).*/, '') : '',
    name,
  );
}

/** What production dependencies were given in a version that they did not ask for. */
function overridden(): string[] {
  return locked
    .filter(([, { dev, devOptional, link }]) => !dev && !devOptional && !link)
    .flatMap(([path, { dependencies = {} }]) =>
      Object.entries(dependencies)
        .filter(([name, range]) => {
          const version = lookUp(path, name)?.version;
          return version !== undefined && !semver.satisfies(version, range);
        })
        .map(([name]) => `${nameOf(path)} needs ${name}`),
    );
}

describe('Node 20', () => {
  test('is the oldest that is supported', () => {
    expect(oldestNode).toBe('20.19.0');
  });

  test('is refused by no other package that npm install brings', () => {
    const refusing = locked.filter(
      ([, { engines }]) => engines?.node !== undefined && !semver.satisfies(oldestNode, engines.node),
    );
    expect(refusing.map(([path]) => nameOf(path))).toEqual(Object.keys(REFUSING));
  });

  test('is refused by an installed hub only where Nest pins a version', () => {
    expect(overridden().toSorted()).toEqual(Object.keys(ONLY_OVERRIDDEN_HERE).toSorted());
  });
});

test('no package runs a script when it is installed, and npm does not ask about any', () => {
  const scripted = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => nameOf(path));
  const denied = Object.fromEntries(scripted.map((name) => [name, false]));
  expect(packageJson.allowScripts).toEqual(denied);
});

describe('the lockfile', () => {
  test('has nothing that npm 10 would remove (run node scripts/portable-lockfile.js)', () => {
    expect(locked.filter(([, { libc }]) => libc !== undefined).map(([path]) => path)).toEqual([]);
  });

  test('names no registry', () => {
    expect(
      locked.filter(([, { link, resolved }]) => !link && resolved !== undefined).map(([path]) => path),
    ).toEqual([]);
  });
});
