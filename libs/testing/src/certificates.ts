import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.js';

const OPENSSL = 'openssl';
const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** The files of a certificate and of its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for a test, and the certificates that it has signed, in a folder of its own. */
export class Certificates {
  private readonly folder = mkdtempSync(join(tmpdir(), 'ws-hub-certificates-'));
  private readonly authority: Certificate = this.files('ca');

  constructor() {
    const { cert, key } = this.authority;
    openssl(['req', '-x509', ...EC_KEY, '-days', '1', '-subj', '/CN=test CA', '-keyout', key, '-out', cert]);
  }

  /** Whether openssl is available. */
  static get canBeMade(): boolean {
    return onPath(OPENSSL) !== undefined;
  }

  /** The file of the authority's certificate. */
  get ca(): string {
    return this.authority.cert;
  }

  /** @param names in openssl's format: `DNS:localhost`, `IP:127.0.0.1` */
  sign(name: string, ...names: string[]): Certificate {
    const files = this.files(name);
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    writeFileSync(extensions, names.length > 0 ? `subjectAltName=${names.join(',')}\n` : '');
    openssl(['req', ...EC_KEY, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', request]);
    openssl([
      ...['x509', '-req', '-days', '1', '-in', request, '-extfile', extensions, '-out', files.cert],
      ...['-CA', this.authority.cert, '-CAkey', this.authority.key, '-CAcreateserial'],
    ]);
    return files;
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private files(name: string): Certificate {
    return { cert: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`) };
  }
}

function openssl(args: readonly string[]): void {
  execFileSync(OPENSSL, args, { stdio: 'pipe' });
}
