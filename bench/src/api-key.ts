import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ID = 'bench000';
const RIGHTS = 'publish:>, history:>';
/** In the format of `ws-hub key create`. */
const KEY = `wsh_${ID}_${randomBytes(32).toString('base64url')}`;

let file: string | undefined;

/** The key of the benchmark's HTTP clients. */
export function apiKey(): string {
  return KEY;
}

/** Creates a file with that key, which a hub needs to enable HTTP. It is deleted when this process exits. */
export function apiKeysFile(): string {
  file ??= writeKeys();
  return file;
}

function writeKeys(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ws-hub-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'keys');
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const line = { id: ID, name: 'bench', sha256, allow: RIGHTS, created: new Date().toISOString() };
  writeFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  return path;
}
