import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PEERS_DIR } from './paths.js';
import type { ServerSpec } from './servers.js';

// No scripts: the peers' binaries are in their packages, and a failing script would fail the whole install. No save:
// the lock file stays unchanged.
const INSTALL = [
  'install',
  '--prefix',
  PEERS_DIR,
  '--no-save',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
];

/**
 * Installs what the servers need on first use. Returns those that cannot be measured because that failed, with the
 * reason.
 */
export async function missingPeers(servers: readonly ServerSpec[]): Promise<Map<string, string>> {
  const needing = servers.filter(({ standalone }) => !standalone);
  const reason = needing.length > 0 ? await install() : undefined;
  return new Map(reason === undefined ? [] : needing.map(({ name }) => [name, reason]));
}

async function install(): Promise<string | undefined> {
  if (installedAfterLastChange()) return undefined;
  process.stderr.write('installing the peers into bench/peers (first use) …\n');
  const npm = spawn('npm', INSTALL, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  npm.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code] = (await once(npm, 'close')) as [number | null];
  if (code === 0) return undefined;
  const line = complaint.split('\n').find((text) => text.startsWith('npm error'));
  return `npm install failed: ${line ?? `code ${code}`}`;
}

function installedAfterLastChange(): boolean {
  const installed = changedAt('node_modules/.package-lock.json');
  return installed > changedAt('package.json') && installed > changedAt('package-lock.json');
}

function changedAt(file: string): number {
  return statSync(join(PEERS_DIR, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
