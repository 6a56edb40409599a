import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** The network half of an IPv6 address: one customer of a provider gets at least this much. */
const IPV6_NETWORK_PARTS = 4;

/**
 * Finds out who is at the other end of a request.
 *
 * X-Forwarded-For is walked from right to left and believed as far as trusted proxies wrote it; what stands further
 * left is the client's own invention.
 */
export class ClientAddress {
  private readonly trusts: ReturnType<typeof proxyAddr.compile>;

  /** @param trustedProxies addresses or CIDR networks; none means that the header is never believed */
  constructor(trustedProxies: readonly string[]) {
    this.trusts = proxyAddr.compile([...trustedProxies]);
  }

  of(request: IncomingMessage): string {
    return plainAddress(proxyAddr(request, this.trusts));
  }
}

/** What the limits per address count as one: the address, or for IPv6 its /64. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const { parts } = ipaddr.IPv6.parse(address);
  return parts
    .slice(0, IPV6_NETWORK_PARTS)
    .map((part) => part.toString(16))
    .join(':');
}

/** IPv4 clients of a socket that listens on both families come as `::ffff:a.b.c.d`. */
export function plainAddress(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'unknown';
}
