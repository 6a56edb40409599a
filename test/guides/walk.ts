import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@ws-hub/testing';
import type { Command, Guide, Output } from './guide.js';
import { Shell } from './shell.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Inside of the repository, so that programs find its packages where npm has put them. */
const FOLDERS = join(ROOT, 'dist/guides');

/** The ports that guides name, of the hub and of what stands beside it. */
const HUB = /\blocalhost:8080\b/g;
const BESIDE = /\blocalhost:[34]000\b/g;
/** Takes minutes, and brings what the repository has. */
const INSTALL = /^npm install\b.*\n$/;
const IS_THERE = 'listening';

/** What stands before the hub: takes the hub's port, and tells its own, which the commands of the guide then use. */
export type Between = (hubPort: number) => Promise<number>;

interface Ports {
  readonly hub: number;
  /** Where clients find it. */
  readonly entry: number;
  readonly beside: number;
}

/** Somebody who follows a guide, in a folder of their own and on ports that nobody else has. */
export class Walk {
  private readonly shells: Shell[] = [];
  private readonly named = new Map<string | undefined, Shell>();

  private constructor(
    private readonly folder: string,
    private readonly ports: Ports,
  ) {}

  /** @param example the folder in examples/ in which the guide is followed */
  static async begin({ files }: Guide, example?: string, between?: Between): Promise<Walk> {
    await mkdir(FOLDERS, { recursive: true });
    const folder = await mkdtemp(join(FOLDERS, 'guide-'));
    const hub = await freePort();
    const entry = between === undefined ? hub : await between(hub);
    const walk = new Walk(folder, { hub, entry, beside: await freePort() });
    if (example === undefined) await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    else await copyExample(example, folder);
    for (const [name, text] of files) await writeFile(join(folder, name), walk.onOwnPorts(text));
    await walk.writeProgram();
    return walk;
  }

  /** @throws Error if what the step says is not what happens */
  async take(step: Command | Output): Promise<void> {
    if ('output' in step) await this.shell(step.of).printed(this.onOwnPorts(step.output));
    else if (!INSTALL.test(step.command)) await this.run(step);
  }

  async end(): Promise<void> {
    await Promise.all(this.shells.map((shell) => shell.kill()));
    await rm(this.folder, { recursive: true });
  }

  private shell(name: string | undefined): Shell {
    const shell = this.named.get(name);
    if (shell === undefined) throw new Error(`no command ${name}`);
    return shell;
  }

  private async run({ command, runs, name }: Command): Promise<void> {
    const shell = Shell.start(this.onOwnPorts(command), this.folder, this.environment());
    this.shells.push(shell);
    this.named.set(undefined, shell).set(name, shell);
    if (!runs) await shell.end();
    else if (name === undefined) await shell.printed(IS_THERE);
  }

  /** `ws-hub` as npm would put it on the path, with a server on the port of this walk. */
  private async writeProgram(): Promise<void> {
    const program = join(this.folder, 'bin/ws-hub');
    await mkdir(dirname(program));
    const server = `export PORT=${this.ports.hub} METRICS_PORT=0 HOST=127.0.0.1`;
    const run = `exec "${process.execPath}" "${join(ROOT, 'bin/ws-hub.js')}" "$@"`;
    await writeFile(program, `#!/bin/sh\n[ "$1" = server ] && ${server}\n${run}\n`);
    await chmod(program, 0o755);
  }

  private onOwnPorts(text: string): string {
    const { entry, beside } = this.ports;
    return text.replace(HUB, `localhost:${entry}`).replace(BESIDE, `localhost:${beside}`);
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
    };
  }
}

async function copyExample(example: string, folder: string): Promise<void> {
  const from = join(ROOT, 'examples', example);
  const isSource = (path: string) => !/^\/(node_modules|dist)/.test(path.slice(from.length));
  await cp(from, folder, { recursive: true, filter: isSource });
}
