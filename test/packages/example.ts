import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { read } from '../repository.js';
import { install, npm, pack, tarballOf } from './installed.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
/** Our packages that @ws-hub/nestjs needs, which npm would otherwise fetch from a registry. */
const OURS = ['@ws-hub/protocol', '@ws-hub/hub', '@ws-hub/nestjs'];

type Dependencies = Record<string, string>;

interface Manifest {
  readonly dependencies: Dependencies;
  readonly devDependencies: Dependencies;
}

export function manifestOf(example: string): Manifest {
  return JSON.parse(read(`examples/${example}/package.json`)) as Manifest;
}

/** An application of `examples/`, copied to a folder of its own and with the packages as published. */
export class Example {
  private constructor(readonly folder: string) {}

  /** Copies, installs and builds it. @param files further sources, by their names in `src/` */
  static async create(name: string, files: Readonly<Record<string, string>> = {}): Promise<Example> {
    const folder = await mkdtemp(join(tmpdir(), `ws-hub-${name}-`));
    const example = new Example(folder);
    const isSource = (path: string) => !/\/(node_modules|dist)$/.test(path);
    await cp(join(EXAMPLES, name), folder, { recursive: true, filter: isSource });
    for (const [file, code] of Object.entries(files)) await writeFile(join(folder, 'src', file), code);
    await example.pin(name);
    await pack(folder, OURS);
    await install(
      OURS.map((each) => tarballOf(each, folder)),
      folder,
    );
    await npm(['run', 'build'], folder);
    return example;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** Tests use the versions of the repository, which npm has in its cache. */
  private async pin(name: string): Promise<void> {
    const manifest = manifestOf(name);
    const pinned = {
      ...manifest,
      dependencies: pinnedTo(manifest.dependencies),
      devDependencies: pinnedTo(manifest.devDependencies),
    };
    await writeFile(join(this.folder, 'package.json'), JSON.stringify(pinned));
  }
}

function pinnedTo(dependencies: Dependencies): Dependencies {
  const others = Object.keys(dependencies).filter((name) => !OURS.includes(name));
  return Object.fromEntries(others.map((name) => [name, versionOf(name)]));
}

/** The version that the repository has. */
function versionOf(name: string): string {
  return (JSON.parse(read(join('node_modules', name, 'package.json'))) as { version: string }).version;
}
