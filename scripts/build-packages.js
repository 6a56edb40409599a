// Builds the packages in libs/ in the order of their dependencies, and only what has changed.
// --clean         first removes what was built, as before packing: no file of a source that is gone is left
// --if-possible   does nothing where no compiler was installed (npm install --omit=dev)
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const flags = process.argv.slice(2);
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

function findCompiler() {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' && flags.includes('--if-possible')) return undefined;
    throw error;
  }
}

const compiler = findCompiler();
if (compiler !== undefined) {
  if (flags.includes('--clean'))
    for (const folder of workspaces) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  const args = [compiler, '--build', ...workspaces];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
