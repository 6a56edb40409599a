import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file of API keys in the format of `ws-hub key create`, and the keys themselves. */
export class KeyFile {
  readonly path = join(mkdtempSync(join(tmpdir(), 'hub-keys-')), 'keys');
  private readonly lines: string[] = [];
  private made = 0;

  constructor() {
    this.write();
  }

  /** Adds a key. @param allow its rights, such as `publish:>, admin:>` */
  add(name: string, allow: string): string {
    const id = `k${String(this.made++).padStart(7, '0')}`;
    const key = `wsh_${id}_${randomBytes(32).toString('base64url')}`;
    const sha256 = createHash('sha256').update(key).digest('hex');
    this.lines.push(JSON.stringify({ id, name, sha256, allow, created: new Date().toISOString() }));
    this.write();
    return key;
  }

  /** Removes a key. */
  remove(key: string): void {
    const at = this.lines.findIndex((line) => JSON.parse(line).id === key.split('_')[1]);
    this.lines.splice(at, 1);
    this.write();
  }

  private write(): void {
    writeFileSync(this.path, this.lines.map((line) => `${line}\n`).join(''));
  }
}
