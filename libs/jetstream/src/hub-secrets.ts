import { createHmac, timingSafeEqual } from 'node:crypto';

/** The secrets with which hubs prove what they write, and accept what others wrote. */
export interface HubSecrets {
  readonly hubSecret: string;
  /** Another secret that is accepted; empty for none. */
  readonly hubSecretPrevious: string;
}

/** The secret for new proofs comes first. */
export function secretsOf({ hubSecret, hubSecretPrevious }: HubSecrets): readonly [string, ...string[]] {
  return hubSecretPrevious === '' ? [hubSecret] : [hubSecret, hubSecretPrevious];
}

/**
 * Proves that a hub with one of these secrets wrote something: HMAC-SHA256 (RFC 2104) with a key that is derived from
 * the secret for one purpose.
 */
export class HubMac {
  private readonly keys: readonly [Buffer, ...Buffer[]];

  /** @param label of the purpose */
  constructor(secrets: readonly [string, ...string[]], label: string) {
    const [current, ...others] = secrets;
    const keyOf = (secret: string) => createHmac('sha256', secret).update(label).digest();
    this.keys = [keyOf(current), ...others.map(keyOf)];
  }

  of(text: string, data: Uint8Array): string {
    return digest(this.keys[0], text, data).toString('base64url');
  }

  proves(mac: string, text: string, data: Uint8Array): boolean {
    return this.secretOf(mac, text, data) >= 0;
  }

  /** The index of the secret that proves it: 0 for the current one, -1 for none. */
  secretOf(mac: string, text: string, data: Uint8Array): number {
    const given = Buffer.from(mac, 'base64url');
    return this.keys.findIndex((key) => {
      const own = digest(key, text, data);
      return given.length === own.length && timingSafeEqual(given, own);
    });
  }
}

/** The text ends with a line break and has a fixed number of lines, so different pairs are never encoded alike. */
function digest(key: Buffer, text: string, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).update(data).digest();
}
