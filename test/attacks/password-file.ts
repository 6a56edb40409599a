import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPassword } from '@ws-hub/config';
import { PASSWORD } from './console-door.js';

/** A file with the hash of the console's password, in a folder of its own. */
export class PasswordFile {
  private constructor(
    private readonly folder: string,
    private readonly path: string,
  ) {}

  static async make(): Promise<PasswordFile> {
    const folder = mkdtempSync(join(tmpdir(), 'attacks-'));
    const path = join(folder, 'password');
    writeFileSync(path, `${await hashPassword(PASSWORD)}\n`, { mode: 0o600 });
    return new PasswordFile(folder, path);
  }

  get env() {
    return { ADMIN_PASSWORD_FILE: this.path };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
