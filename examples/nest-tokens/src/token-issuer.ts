import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Account } from './accounts.js';

/** Short: rights that you take away end with the token, and clients renew it without a disconnect. */
const LIFETIME = '15m';
const ISSUER = 'https://backend.example';
const AUDIENCE = 'ws-hub';

/** Makes the tokens that the hub accepts. */
export class TokenIssuer {
  private readonly key: Uint8Array;

  /** @param secret the hub's `JWT_SECRET`, at least 32 bytes */
  constructor(secret: string) {
    this.key = new TextEncoder().encode(secret);
  }

  /** `sub` is the user that the hub shows to others; `hub` is what its clients may do there. */
  issue({ user, rooms }: Account): Promise<string> {
    const hub = [
      { match: 'news', allow: ['subscribe'] },
      ...rooms.map((room) => ({ match: `room.${room}.>`, allow: ['subscribe', 'publish', 'history'] })),
    ];
    return new SignJWT({ hub })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(user)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(LIFETIME)
      .setJti(randomUUID())
      .sign(this.key);
  }
}
