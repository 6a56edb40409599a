import { fileURLToPath } from 'node:url';

// This file runs as dist/bench/bench/src/paths.js.
const root = new URL('../../../../', import.meta.url);

/** A file of the project, relative to its root. */
export function projectPath(relative: string): string {
  return fileURLToPath(new URL(relative, root));
}

export const BENCH_DIR = projectPath('bench/');
export const PEERS_DIR = projectPath('bench/peers/');
export const PLOTS_DIR = projectPath('docs/performance/');
export const HUB_PROGRAM = projectPath('bin/ws-hub.js');
export const HTTP_LOAD = fileURLToPath(new URL('http/load/main.js', import.meta.url));
export const GENERATOR = fileURLToPath(new URL('generator/main.js', import.meta.url));
