import { createHmac, timingSafeEqual } from 'node:crypto';

/** Keeps this use of the secret apart from all others. */
const KEY_LABEL = 'ws-hub entry of the stream, 1';

/** What a message of the stream says besides its content. */
export interface Sealed {
  readonly subject: string;
  readonly id: string;
  readonly said: string;
  readonly data: Uint8Array;
}

/**
 * Proves that a hub with the same secret has written a message: HMAC-SHA256 (RFC 2104) over all of it that a client is
 * told. It does not prove where in the stream a message belongs, or that none is missing (docs/cluster.md, "Trust").
 */
export class EntryMac {
  private readonly key: Buffer;

  constructor(hubSecret: string) {
    this.key = createHmac('sha256', hubSecret).update(KEY_LABEL).digest();
  }

  of(sealed: Sealed): string {
    return this.digest(sealed).toString('base64url');
  }

  proves(mac: string, sealed: Sealed): boolean {
    const given = Buffer.from(mac, 'base64url');
    const own = this.digest(sealed);
    return given.length === own.length && timingSafeEqual(given, own);
  }

  /** Neither a subject nor a header can have a line break, so no two messages have one text. */
  private digest({ subject, id, said, data }: Sealed): Buffer {
    return createHmac('sha256', this.key).update(`${subject}\n${id}\n${said}\n`).update(data).digest();
  }
}
