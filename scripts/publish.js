// Publishes the packages in the order in which they need each other, and the program last. What the registry already has in
// this version is left out, so that a run that failed half-way can be repeated. Arguments are npm's, such as --dry-run.
// Everything is built once, from scratch; without scripts npm does not build it again for each package.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const flags = process.argv.slice(2);
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** Provenance is accepted only of a package that names the repository of its workflow, which a fork has elsewhere. */
function nameRepository(folder) {
  const url = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  const repository = { type: 'git', url, ...(folder !== '.' && { directory: folder }) };
  const manifest = { ...manifestOf(folder), repository };
  writeFileSync(join(root, folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function isPublished({ name, version }) {
  const { stdout } = spawnSync('npm', ['view', `${name}@${version}`, 'version'], { encoding: 'utf8' });
  return stdout.trim() === version;
}

function run(args, folder = '.') {
  return spawnSync('npm', args, { cwd: join(root, folder), stdio: 'inherit' }).status ?? 1;
}

function publish(folder) {
  const manifest = manifestOf(folder);
  if (!flags.includes('--dry-run') && isPublished(manifest)) return 0;
  if (GITHUB_REPOSITORY !== undefined && flags.includes('--provenance')) nameRepository(folder);
  return run(['publish', '--ignore-scripts', ...flags], folder);
}

process.exitCode = run(['run', 'build:packages', '--', '--clean']) || run(['run', 'build']);
for (const folder of [...manifestOf('.').workspaces, '.']) {
  if (process.exitCode !== 0) break;
  process.exitCode = publish(folder);
}
