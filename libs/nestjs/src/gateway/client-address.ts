import type { IncomingMessage } from 'node:http';
import { Networks, readAddress } from './ip-address.js';

/** Longer chains of proxies are ignored. */
const MAX_PROXIES = 16;

/**
 * Determines the client's address of a request.
 *
 * X-Forwarded-For is read from right to left and trusted as far as trusted proxies wrote it. Entries further left may
 * be forged by the client. An entry that is not an address is replaced by the address of the proxy that wrote it.
 */
export class ClientAddress {
  private readonly trusted: Networks;

  /** @param trustedProxies addresses or CIDR networks; with none the header is never trusted */
  constructor(trustedProxies: readonly string[]) {
    this.trusted = new Networks(trustedProxies);
  }

  /** Never throws, whatever the request contains. */
  of(request: IncomingMessage): string {
    let address = plainAddress(request.socket.remoteAddress);
    if (!this.trusts(address)) return address;
    const entries = String(request.headers['x-forwarded-for'] ?? '').split(',');
    for (const entry of entries.slice(-MAX_PROXIES).reverse()) {
      const next = readAddress(entry);
      if (next === undefined) return address;
      address = next;
      if (!this.trusts(address)) return address;
    }
    return address;
  }

  /** Whether this is the address of a trusted proxy. */
  trusts(address: string): boolean {
    return this.trusted.has(address);
  }
}

/** The address of a socket. A socket whose peer is gone has none. */
export function plainAddress(address: string | undefined): string {
  return readAddress(address ?? '') ?? 'unknown';
}
