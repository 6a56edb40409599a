import type { IncomingMessage } from 'node:http';
import { Networks, readAddress } from './ip-address.js';

/** More proxies than this in a row are nobody's. */
const MAX_PROXIES = 16;

/**
 * Finds out who is at the other end of a request.
 *
 * X-Forwarded-For is walked from right to left and believed as far as trusted proxies wrote it; what stands further
 * left is the client's own invention. An entry that is no address counts as that of the proxy which wrote it.
 */
export class ClientAddress {
  private readonly trusted: Networks;

  /** @param trustedProxies addresses or CIDR networks; none means that the header is never believed */
  constructor(trustedProxies: readonly string[]) {
    this.trusted = new Networks(trustedProxies);
  }

  /** Never throws, whatever the request says. */
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

  /** Whether this address is that of a proxy whose X-Forwarded-For is believed. */
  trusts(address: string): boolean {
    return this.trusted.has(address);
  }
}

/** The address of a socket; the peer of one that is gone already has none. */
export function plainAddress(address: string | undefined): string {
  return readAddress(address ?? '') ?? 'unknown';
}
