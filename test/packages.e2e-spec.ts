import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NatsServer, Program } from '@ws-hub/testing';
import { describeWithBrowser } from './guides/browser.js';
import { followCommandLine, followReadme, followStart } from './guides/first-pages.js';
import { readGuide } from './guides/guide.js';
import { type Place, Walk } from './guides/walk.js';
import { describeWithNats } from './nats.js';
import {
  filesOf,
  Installed,
  type InstalledPackage,
  PACKAGES,
  publishWarnings,
  textOf,
} from './packages/installed.js';
import { ANSWER, BROWSER, HTTP, TALK, TYPED } from './packages/programs.js';
import { packageJson } from './repository.js';
import { StubHub } from './talk/stub-hub.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARIES = PACKAGES.filter(({ workspace }) => workspace !== '');
const INSTALLING_MS = 180_000;
const BUILT = /\.(d\.ts|js)$/;
/** What is imported from elsewhere, statically, dynamically or for its types. */
const IMPORT = /(?:^(?:import|export)\b[^;'"]*\bfrom |^import |\bimport\()['"]([^.'"][^'"]*)['"]/gm;

let installed: Installed;
beforeAll(async () => {
  installed = await Installed.create();
}, INSTALLING_MS);
afterAll(() => installed?.remove());

/** The source of a built file, from the root of the repository. */
function sourceOf({ workspace }: InstalledPackage, file: string): string {
  const path = file.replace(BUILT, '.ts');
  return workspace === '' ? path.replace(/^dist\/\w+\//, '') : path.replace(/^dist/, `${workspace}/src`);
}

/** Links of a page that lead to no file of its package. */
function lostLinks(from: InstalledPackage, page: string): string[] {
  const links = [...textOf(from, page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
    ([, link]) => link as string,
  );
  return links.filter((link) => {
    const target = join(from.folder, dirname(page), link);
    return relative(from.folder, target).startsWith('..') || !existsSync(target);
  });
}

/** The packages that the code of a package imports, by their names. */
function importsOf(from: InstalledPackage): Set<string> {
  const code = filesOf(from).filter((file) => BUILT.test(file));
  const targets = code.flatMap((file) =>
    [...textOf(from, file).matchAll(IMPORT)].map(([, target]) => target),
  );
  const names = targets.map((target = '') => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] as string);
  return new Set(names.filter((name) => !name.startsWith('node:')));
}

describe.each(PACKAGES)('the package $name', ({ name, workspace }) => {
  test('is published without a warning, except that nobody is logged in', async () => {
    expect(await publishWarnings(join(ROOT, workspace))).toEqual([
      expect.stringMatching(/^npm warn publish This command requires you to be logged in /),
    ]);
  });

  test('passes publint', async () => {
    const report = await installed.tool(
      'publint/src/cli.js',
      'run',
      installed.package(name).tarball,
      '--strict',
    );
    expect(report).toContain('All good!');
  });

  test('has README and license, and built files alone, each of a source that exists', () => {
    const own = installed.package(name);
    const files = filesOf(own);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    // Vite names and joins the files of the pages as it likes.
    const built = files.filter((file) => file.startsWith('dist/') && !file.startsWith('dist/console/'));
    expect(built.length).toBeGreaterThan(10);
    expect(built.filter((file) => !BUILT.test(file) || /\.spec\.|testing\//.test(file))).toEqual([]);
    expect(built.filter((file) => !existsSync(join(ROOT, sourceOf(own, file))))).toEqual([]);
  });

  test('has pages whose links stay inside', () => {
    const own = installed.package(name);
    const pages = filesOf(own).filter((file) => file.endsWith('.md'));
    expect(pages.flatMap((page) => lostLinks(own, page).map((link) => ({ page, link })))).toEqual([]);
  });

  test('imports what it depends on, and nothing else', () => {
    const own = installed.package(name);
    const { dependencies, peerDependencies } = JSON.parse(textOf(own, 'package.json'));
    const declared = { ...dependencies, ...peerDependencies };
    const imported = importsOf(own);
    expect([...imported].filter((target) => !(target in declared))).toEqual([]);
    // The program also has what its packages want their user to bring.
    const unused = Object.keys(dependencies ?? {}).filter((target) => !imported.has(target));
    expect(own.workspace === '' ? [] : unused).toEqual([]);
  });
});

describe.each(LIBRARIES)('the library $name', ({ name }) => {
  test('has types that resolve, from ES modules and through bundlers', async () => {
    const { tarball } = installed.package(name);
    const report = await installed.tool(
      '@arethetypeswrong/cli/dist/index.js',
      tarball,
      '--profile',
      'esm-only',
      '--format',
      'json',
    );
    expect(JSON.parse(report).analysis.types).toEqual({ kind: 'included' });
  });

  test('has no path that tells how the repository is laid out', () => {
    expect(filesOf(installed.package(name)).filter((file) => file.includes('src/'))).toEqual([]);
  });
});

describe('in an empty folder, from the tarballs,', () => {
  let hub: Program;
  let port: number;
  beforeAll(async () => {
    const flags = ['--host', '127.0.0.1', '--port', '0', '--metrics-port', '0'];
    hub = Program.startInstalled(installed.folder, ['server', ...flags]);
    port = Number((await hub.event('listening')).port);
  });
  afterAll(() => hub?.kill());

  const run = async (code: string, ...args: string[]) => JSON.parse(await installed.run(code, ...args));

  test('npm warns of three packages, on Node 20 alone', () => {
    const refused = [...installed.warnings.matchAll(/EBADENGINE +package: '(.+)@/g)].map(([, name]) => name);
    const isOld = Number(process.versions.node.split('.')[0]) < 22;
    expect(refused.toSorted()).toEqual(isOld ? ['cookie', 'file-type', 'nestjs-pino'] : []);
    // npm asks for what a folder would run, although a tarball is installed without; a package from a registry is not asked for.
    const ABOUT_SCRIPTS =
      /^npm warn install-scripts( {3}ws-hub@\S+ \(prepare: .*\)| 1 package has .*| Run .*|)$/;
    const others = (installed.warnings.match(/^npm warn .*$/gm) ?? []).filter(
      (line) => !line.startsWith('npm warn EBADENGINE') && !ABOUT_SCRIPTS.test(line),
    );
    expect(others).toEqual([]);
  });

  test('ws-hub tells its version', async () => {
    const program = Program.startInstalled(installed.folder, ['--version']);
    expect(await program.exited).toEqual({ code: 0, signal: null });
    expect(program.text).toEqual([packageJson.version]);
  });

  test('the hub has a ws that survives a flood of pings, whichever one Nest brings', () => {
    const { folder } = installed.package('ws-hub');
    const { version } = createRequire(join(folder, 'bin/ws-hub.js'))('ws/package.json');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major * 1000 + minor).toBeGreaterThanOrEqual(8023);
  });

  test('clients talk through the hub', async () => {
    expect(await run(TALK, `ws://127.0.0.1:${port}/ws?channel=lobby`)).toEqual([
      { content: 'hello', channel: 'lobby', isFromAlice: true },
      { content: 'again', channel: 'lobby', isFromAlice: true },
    ]);
  });

  test('a client answers messages of a backlog in its loop, and waits for each answer to be stored', async () => {
    expect(await run(ANSWER, `ws://127.0.0.1:${port}/ws`)).toEqual({
      count: 6_000,
      isInOrder: true,
      gaps: [],
    });
  });

  test('the client library has an entry for browsers', async () => {
    expect(await run(BROWSER)).toEqual([
      'HubClient',
      'HubError',
      'PublishError',
      'TokenError',
      'backoffMs',
      'browserTransport',
      'meansNoAccess',
    ]);
  });

  test('the client library has an entry for HTTP, which brings neither ws nor Node', async () => {
    expect(await run(HTTP, `http://127.0.0.1:${port}`)).toEqual({
      names: ['DEFAULT_RETRIES', 'EventStreamParser', 'HubHttpClient', 'HubHttpError', 'MAX_BATCH'],
      status: 404,
    });
    const own = installed.package('@ws-hub/hub-client');
    const code = filesOf(own).filter((file) => /^dist\/http\/.*\.js$/.test(file));
    expect(code.length).toBeGreaterThan(10);
    expect(code.filter((file) => /from '(node:|ws')/.test(textOf(own, file)))).toEqual([]);
  });

  const readmeOf = (name: string) => textOf(installed.package(name), 'README.md');
  /** The first program that a README shows. */
  function exampleOf(name: string): string {
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readmeOf(name)) ?? [];
    expect(example).toContain(`'${name}'`);
    return example;
  }

  test.each(['@ws-hub/protocol', '@ws-hub/hub-client'])('the first example of %s runs', async (name) => {
    await installed.run(exampleOf(name).replace('127.0.0.1:8080', `127.0.0.1:${port}`));
  });

  test('the example of tokens shows the hub what the function gets', async () => {
    const [, example = ''] =
      /## Tokens[\s\S]*?```js\n([\s\S]*?)```/.exec(readmeOf('@ws-hub/hub-client')) ?? [];
    const stub = await StubHub.start();
    const asked: unknown[] = [];
    const issuer = createServer((request, response) => {
      request.on('data', (why) => asked.push([request.url, String(why)]));
      request.on('end', () => response.end('secret'));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const { port } = issuer.address() as AddressInfo;
    const program = example.replace('127.0.0.1:3000', `127.0.0.1:${port}`);
    try {
      await installed.run(
        `${program.replace('ws://127.0.0.1:8080/ws', stub.url)}; client.on('connected', () => client.close());`,
      );
      expect(asked).toEqual([['/token', 'connect']]);
      expect(await stub.hellos.next()).toMatchObject({ token: 'secret' });
    } finally {
      issuer.close();
      stub.close();
    }
  });

  test('the first example of @ws-hub/hub prints what its README says', async () => {
    const [, printed] = /It prints\n\n```\n([\s\S]*?)```/.exec(readmeOf('@ws-hub/hub')) ?? [];
    expect(await installed.run(exampleOf('@ws-hub/hub'))).toBe(printed);
  });

  describeWithNats('with NATS', () => {
    test('the first example of @ws-hub/jetstream stores a message', async () => {
      const nats = await NatsServer.start();
      try {
        const example = exampleOf('@ws-hub/jetstream').replace('nats://127.0.0.1:4222', nats.url);
        const lines = (await installed.run(example)).trim().split('\n');
        expect(lines).toEqual([expect.stringMatching(/^stream ws-hub on /), 'stored']);
      } finally {
        await nats.end();
      }
    });
  });

  const place = (): Place => ({
    folders: join(installed.folder, 'guides'),
    program: join(installed.package('ws-hub').folder, 'bin/ws-hub.js'),
  });

  describeWithBrowser('with a browser', (browser) => {
    test('what docs/start.md shows is what happens', () => followStart(browser(), place()));

    test('what the README shows is what happens', () => followReadme(browser(), place()));
  });

  test('what docs/reference/cli.md shows is what happens', () => followCommandLine(place()));

  // A clone has followed them as well (test/guides.e2e-spec.ts): from the packages once in .ci/run is enough, under Node 24.
  test.each(
    process.env.GUIDES === 'all'
      ? ['api-keys', 'devices', 'site-cookies', 'sse', 'tokens', 'webhooks']
      : ['sse'],
  )('what docs/guides/%s.md shows is what happens', async (name) => {
    const guide = readGuide(name);
    const walk = await Walk.begin(guide, undefined, undefined, { place: place() });
    try {
      for (const step of guide.steps) await walk.take(step);
    } finally {
      await walk.end();
    }
  });

  test.each([
    ['Node', { module: 'nodenext' }],
    ['a browser', { module: 'esnext', moduleResolution: 'bundler', customConditions: ['browser'] }],
  ])('the types hold for %s, with nothing else installed for them', async (_place, options) => {
    const compilerOptions = { strict: true, noEmit: true, target: 'es2023', lib: ['es2023'], types: [] };
    await writeFile(join(installed.folder, 'typed.ts'), TYPED);
    const config = { files: ['typed.ts'], compilerOptions: { ...compilerOptions, ...options } };
    await writeFile(join(installed.folder, 'tsconfig.json'), JSON.stringify(config));
    expect(await installed.tool('typescript/bin/tsc', '--project', 'tsconfig.json')).toBe('');
  });
});
