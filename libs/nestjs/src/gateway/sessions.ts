import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway-options.js';

const SECRET_BYTES = 32;

/**
 * Tokens that prove an identity: the client id and its HMAC-SHA256 (RFC 2104) with the hub's secret. Nothing is stored,
 * so every hub with the same secret accepts them.
 */
@Injectable()
export class Sessions {
  private readonly secret: string | Buffer;

  constructor(@Inject(GATEWAY_OPTIONS) { hubSecret }: GatewayOptions) {
    this.secret = hubSecret === '' ? randomBytes(SECRET_BYTES) : hubSecret;
  }

  issue(clientId: string): string {
    return `${clientId}.${this.sign(clientId).toString('base64url')}`;
  }

  /** The client id that a token proves; undefined for a token of another secret, or for no token at all. */
  verify(session: string): string | undefined {
    const dot = session.lastIndexOf('.');
    if (dot === -1) return undefined;
    const clientId = session.slice(0, dot);
    const signature = Buffer.from(session.slice(dot + 1), 'base64url');
    const expected = this.sign(clientId);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    return clientId;
  }

  private sign(clientId: string): Buffer {
    return createHmac('sha256', this.secret).update(clientId).digest();
  }
}
