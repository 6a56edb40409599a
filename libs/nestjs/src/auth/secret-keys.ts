import { webcrypto } from 'node:crypto';

/** Shared secrets, imported once per algorithm. All are tried in order, so that a secret can be rotated. */
export class SecretKeys {
  private readonly imported = new Map<string, Promise<readonly webcrypto.CryptoKey[]>>();

  constructor(private readonly secrets: readonly string[]) {}

  /** @param algorithm HS256, HS384 or HS512 */
  find(algorithm: string): Promise<readonly webcrypto.CryptoKey[]> {
    let keys = this.imported.get(algorithm);
    if (keys === undefined) {
      keys = Promise.all(this.secrets.map((secret) => imported(secret, algorithm)));
      this.imported.set(algorithm, keys);
    }
    return keys;
  }
}

function imported(secret: string, algorithm: string): Promise<webcrypto.CryptoKey> {
  const parameters = { name: 'HMAC', hash: algorithm.replace('HS', 'SHA-') };
  return webcrypto.subtle.importKey('raw', Buffer.from(secret), parameters, false, ['verify']);
}
