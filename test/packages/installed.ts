import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageJson, read } from '../repository.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A package of this repository as its users have it. */
export interface InstalledPackage {
  readonly name: string;
  /** The folder of its sources, from the root; empty for the program itself. */
  readonly workspace: string;
  readonly tarball: string;
  /** Where npm has installed it. */
  readonly folder: string;
}

/** The name of each package, and its folder from the root. */
export const PACKAGES = ['', ...packageJson.workspaces].map((workspace) => {
  const { name } = JSON.parse(read(join(workspace, 'package.json'))) as { name: string };
  return { name, workspace };
});

/** An otherwise empty folder in which the tarballs of all packages are installed. */
export class Installed {
  private constructor(
    readonly folder: string,
    private readonly packages: ReadonlyMap<string, InstalledPackage>,
    /** What npm wrote to stderr meanwhile. */
    readonly warnings: string,
  ) {}

  /** Packs the current build, and asks the registry only for what npm does not have yet. */
  static async create(): Promise<Installed> {
    const folder = await mkdtemp(join(tmpdir(), 'ws-hub-installed-'));
    await pack(folder);
    const packages = PACKAGES.map(({ name, workspace }) => ({
      name,
      workspace,
      tarball: tarballOf(name, folder),
      folder: join(folder, 'node_modules', name),
    }));
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const warnings = await install(
      packages.map(({ tarball }) => tarball),
      folder,
    );
    return new Installed(folder, new Map(packages.map((each) => [each.name, each])), warnings);
  }

  package(name: string): InstalledPackage {
    const found = this.packages.get(name);
    if (found === undefined) throw new Error(`no package ${name}`);
    return found;
  }

  /** Runs a module in the folder. @returns its output @throws Error if its exit code is not 0 */
  async run(code: string, ...args: string[]): Promise<string> {
    return this.node(['--input-type=module', '--eval', code, '--', ...args]);
  }

  /** Runs a development tool of the repository, such as `typescript/bin/tsc`. */
  async tool(path: string, ...args: string[]): Promise<string> {
    return this.node([join(ROOT, 'node_modules', path), ...args]);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async node(args: readonly string[]): Promise<string> {
    const { stdout } = await execute(process.execPath, args, this.folder);
    return stdout;
  }
}

/** Packs the current build into the folder. @param names of the packages; all by default */
export async function pack(folder: string, names = PACKAGES.map(({ name }) => name)): Promise<void> {
  const chosen = PACKAGES.filter(({ name }) => names.includes(name));
  const flags = chosen.map(({ workspace }) =>
    workspace === '' ? '--include-workspace-root' : `--workspace=${workspace}`,
  );
  // Without scripts: they would rebuild what other tests are running.
  await npm(['pack', ...flags, '--ignore-scripts', '--pack-destination', folder], ROOT);
}

/** @param folder into which the package was packed */
export function tarballOf(name: string, folder: string): string {
  return join(folder, `${name.replace('@', '').replace('/', '-')}-${packageJson.version}.tgz`);
}

/** Installs the dependencies in a folder's package.json, and the tarballs. @returns what npm writes to stderr */
export async function install(tarballs: readonly string[], folder: string): Promise<string> {
  const args = [
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=warn',
    ...tarballs,
  ];
  const { stderr } = await execute('npm', args, folder);
  return stderr;
}

/** A registry that nobody asks: what npm would publish it tells without one. */
const NO_REGISTRY = ['--registry=http://127.0.0.1:1', '--fetch-retries=0'];

/** What npm warns of when the package in a folder is published, as `npm publish --dry-run` tells it. */
export async function publishWarnings(folder: string): Promise<string[]> {
  const args = ['publish', '--dry-run', '--ignore-scripts', '--loglevel=warn', ...NO_REGISTRY];
  const { stderr } = await execute('npm', args, folder);
  return stderr.match(/^npm warn .*$/gm) ?? [];
}

/** The files of a package, relative to its folder. */
export function filesOf({ folder }: InstalledPackage): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map((file) => relative(folder, join(file.parentPath, file.name)));
  return paths.filter((path) => !path.startsWith('node_modules/'));
}

export function textOf({ folder }: InstalledPackage, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** @returns its output */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await execute('npm', args, cwd);
  return stdout;
}

/** Errors include the program's output, since linters print their findings on stdout. */
async function execute(program: string, args: readonly string[], cwd: string) {
  try {
    return await promisify(execFile)(program, args, { cwd, timeout: 120_000 });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout ?? ''}`);
  }
}
