// Runs the unit and end-to-end tests of one package alone: `npm test -w libs/hub` calls it in that folder. Nothing has to be
// built first. Further arguments are Jest's: `npm test -w libs/hub -- -t 'one order'`
import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = relative(root, process.cwd());
const jest = ['run', '--silent', 'jest', '--', '--selectProjects', 'unit', 'e2e'];
const args = [...jest, '--testPathPatterns', `/${folder}/`, ...process.argv.slice(2)];
// npm has told its children about the workspace, in which it would look for the script.
const { npm_config_workspace: _, ...env } = process.env;
process.exitCode = spawnSync('npm', args, { cwd: root, env, stdio: 'inherit' }).status ?? 1;
