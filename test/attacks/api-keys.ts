import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The rights of the keys of attackers and bystanders. Each attack has names of its own, since rates belong to names. */
const RIGHTS = {
  slow: 'publish:>',
  huge: 'publish:>',
  wrong: 'publish:>, subscribe:>, history:>, admin:>',
  deep: 'publish:>',
  headers: 'publish:>',
  pipeline: 'publish:>',
  secret: 'publish:secret, history:secret',
  listener: 'subscribe:secret',
  stranger: 'subscribe:public, publish:public, history:public',
  stream: 'subscribe:>, publish:>',
  history: 'history:>, publish:>',
  loud: 'publish:>',
  fair: 'publish:>',
  watch: 'admin:>',
};

export type KeyName = keyof typeof RIGHTS;
const NAMES = Object.keys(RIGHTS) as KeyName[];

/** Deterministic, not random: the hub's process and the attackers' must agree. */
export function keyOf(name: KeyName): string {
  const secret = createHash('sha256').update(`attack ${name}`).digest('base64url');
  return `wsh_${idOf(name)}_${secret}`;
}

export function idOf(name: KeyName): string {
  return name.padEnd(8, '0');
}

/** A file of the keys, in a folder of its own. */
export class ApiKeysFile {
  private readonly folder = mkdtempSync(join(tmpdir(), 'attacks-'));
  private readonly path = join(this.folder, 'keys');

  constructor() {
    const created = new Date().toISOString();
    const lines = NAMES.map((name) => {
      const sha256 = createHash('sha256').update(keyOf(name)).digest('hex');
      return JSON.stringify({ id: idOf(name), name, sha256, allow: RIGHTS[name], created });
    });
    writeFileSync(this.path, `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  get env() {
    return { API_KEYS_FILE: this.path };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
