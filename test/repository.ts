import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rowsOf } from '@ws-hub/config';
import { clientCommand } from '../apps/client/src/config/client.config.js';
import { serverCommand } from '../apps/server/src/config/server.config.js';
import { COMMANDS } from '../scripts/reference/commands.js';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A file of the repository, by its path from the root. */
export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The paths from the root of the files below `folder` that end in `.ts`, without build output. */
export function sources(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name));
  const paths = files.map((file) => relative(ROOT, join(file.parentPath, file.name)));
  return paths.filter((path) => !/\/(dist|node_modules)\//.test(path));
}

export const packageJson = JSON.parse(read('package.json')) as {
  version: string;
  engines: Record<string, string>;
  license: string;
  workspaces: string[];
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

export const serverOptions = rowsOf(serverCommand.options);
export const clientOptions = rowsOf(clientCommand.options);
/** Those of every command; a variable of several commands stands there once for each. */
export const allOptions = COMMANDS.flatMap(({ options }) => rowsOf(options));

/** The cells of the rows of the first Markdown table that has these columns. */
export function tableRows(page: string, ...columns: string[]): string[][] {
  const lines = page.split('\n').map(cells);
  const head = lines.findIndex((line) => line.join('|') === columns.join('|'));
  if (head === -1) throw new Error(`no table with the columns ${columns.join(', ')}`);
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((row) => row.length === 0);
  return rows.slice(0, end === -1 ? undefined : end);
}

function cells(line: string): string[] {
  const parts = line.split('|').slice(1, -1);
  return parts.map((cell) => cell.trim());
}
