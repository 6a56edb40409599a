import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command, Guide, Output, Typed } from './guide.js';
import { type Between, Ports } from './ports.js';
import { Shell } from './shell.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the hub is installed. */
export interface Place {
  /** Where a folder finds its packages, as Node looks for them. */
  readonly folders: string;
  /** The module that npm puts on the path as `ws-hub`. */
  readonly program: string;
}

/** A clone of the repository, with what was built in it. */
export const CLONE: Place = { folders: join(ROOT, 'dist/guides'), program: join(ROOT, 'bin/ws-hub.js') };

/** Takes minutes, and brings what the place has; tests and demo have tests of their own. */
const DONE_ALREADY = /^npm (install.*\n(npm (run build|test)\n)?|pack.*\n|run demo\n)$/;
const IS_THERE = 'listening';

/** What a guide is followed with, besides a shell. */
export interface Means {
  readonly place?: Place;
  /** Types a script into a browser's console on this page. */
  readonly type?: (script: string, url: string) => Promise<unknown>;
  /** What a test sets for all commands, beside what the guide sets. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Somebody who follows a guide, in a folder of their own and on ports that nobody else has. */
export class Walk {
  private readonly shells: Shell[] = [];
  private readonly named = new Map<string | undefined, Shell>();

  private constructor(
    readonly folder: string,
    readonly ports: Ports,
    private readonly means: Required<Means>,
  ) {}

  /** @param example the folder in examples/ in which the guide is followed */
  static async begin(guide: Guide, example?: string, between?: Between, means: Means = {}): Promise<Walk> {
    const { place = CLONE, type = noBrowser, variables = {} } = means;
    await mkdir(place.folders, { recursive: true });
    const folder = await mkdtemp(join(place.folders, 'guide-'));
    const walk = new Walk(folder, await Ports.take(between), { place, type, variables });
    // What `npm init` of npm 11 writes: modules of a page have to say by their names that they are some.
    if (example === undefined) await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
    else await copyExample(example, folder);
    for (const [name, text] of guide.files) await walk.write(name, text);
    await walk.writePrograms();
    return walk;
  }

  /** @throws Error if what the step says is not what happens */
  async take(step: Command | Output | Typed): Promise<void> {
    if ('output' in step) await this.shell(step.of).printed(this.ports.in(step.output));
    else if ('typed' in step)
      await this.means.type(this.ports.in(step.typed), this.ports.in('http://localhost:8080/'));
    else if (!DONE_ALREADY.test(step.command)) await this.run(step);
  }

  /** Kills a command that goes on, and resolves when it has ended. */
  async kill(name: string): Promise<void> {
    await this.shell(name).kill();
  }

  /** Sends a signal to a command that goes on, and to all that it has started. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.shell(name).signal(signal);
  }

  async end(): Promise<void> {
    await Promise.all(this.shells.map((shell) => shell.kill()));
    await rm(this.folder, { recursive: true });
  }

  private async write(name: string, text: string): Promise<void> {
    const file = join(this.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, this.ports.in(text));
  }

  private shell(name: string | undefined): Shell {
    const shell = this.named.get(name);
    if (shell === undefined) throw new Error(`no command ${name}`);
    return shell;
  }

  private async run({ command, runs, name }: Command): Promise<void> {
    const shell = Shell.start(this.ports.in(command), this.folder, this.environment());
    this.shells.push(shell);
    this.named.set(undefined, shell).set(name, shell);
    if (!runs) await shell.end();
    else if (name === undefined) await shell.printed(IS_THERE);
  }

  /** `ws-hub` as npm would put it on the path, with a server on the port of this walk; and npx, which runs that. */
  private async writePrograms(): Promise<void> {
    const { folder, ports, means } = this;
    await mkdir(join(folder, 'bin'));
    const server = `export PORT=${ports.hub} METRICS_PORT=0 HOST=127.0.0.1`;
    const run = `exec "${process.execPath}" "${means.place.program}" "$@"`;
    await writeProgram(join(folder, 'bin/ws-hub'), `[ "$1" = server ] && ${server}\n${run}`);
    await writeProgram(join(folder, 'bin/npx'), 'exec "$@"');
  }

  private environment(): NodeJS.ProcessEnv {
    const { entry, beside } = this.ports;
    const url = `ws://localhost:${entry}/ws`;
    return {
      PATH: `${join(this.folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: this.folder,
      PORT: String(beside),
      BACKEND_URL: `http://localhost:${beside}`,
      HUB_URL: url,
      WS_CLIENT_URL: url,
      WS_LISTEN_URL: url,
      WS_SEND_URL: url,
      WS_VERIFY_URL: url,
      ...this.means.variables,
    };
  }
}

async function noBrowser(): Promise<void> {
  throw new Error('nothing here types into the console of a browser');
}

async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

async function copyExample(example: string, folder: string): Promise<void> {
  const from = join(ROOT, 'examples', example);
  const isSource = (path: string) => !/^\/(node_modules|dist)/.test(path.slice(from.length));
  await cp(from, folder, { recursive: true, filter: isSource });
}
