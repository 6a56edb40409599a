import { BlockList, isIPv4, isIPv6 } from 'node:net';

const IPV6_PARTS = 8;
/** The network half of an IPv6 address: a provider gives each customer at least this much. */
const IPV6_NETWORK_PARTS = 4;
/** IPv6 prefixes with an IPv4 address in the last 32 bits: mapped (RFC 4291) and NAT64 (RFC 6052). */
const MAPPED = '0:0:0:0:0:ffff';
const NAT64 = '64:ff9b:0:0:0:0';
const EMBEDDING_BITS = 96;

const WITH_PORT = /^\[([^\]]*)\](?::\d*)?$|^([\d.]+):\d*$/;

/**
 * Normalizes an address for comparing and logging: without port, brackets and zone, and with IPv4-mapped addresses
 * (`::ffff:…`, in any notation) as IPv4.
 *
 * Never throws, whatever the text is.
 *
 * @returns undefined if the text is not an IP address
 */
export function readAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const [, inBrackets, beforePort] = WITH_PORT.exec(trimmed) ?? [];
  const [address = ''] = (inBrackets ?? beforePort ?? trimmed).split('%');
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  return embedded(partsOf(address), MAPPED) ?? address.toLowerCase();
}

/**
 * The unit of the limits per address: an IPv4 address, also behind NAT64, or the /64 of an IPv6 address.
 *
 * @param address as `readAddress` returns it; any other text counts by itself
 */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('%')) return address;
  const parts = partsOf(address);
  return embedded(parts, NAT64) ?? hex(parts.slice(0, IPV6_NETWORK_PARTS));
}

/** The networks that operators can name by a word. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['none', []],
]);

/** A set of networks, as operators write them: addresses, CIDR networks and words. */
export class Networks {
  private readonly list = new BlockList();
  private readonly isEmpty: boolean;

  /** @param items `a.b.c.d`, `a::b`, either with `/prefix`, or the words loopback, private, link-local, none */
  constructor(items: readonly string[]) {
    const networks = items.flatMap((item) => NAMED.get(item) ?? [item]);
    this.isEmpty = networks.length === 0;
    for (const network of networks) this.add(network);
  }

  /** @param address as `readAddress` returns it; any other text is in no network */
  has(address: string): boolean {
    if (this.isEmpty) return false;
    if (isIPv4(address)) return this.list.check(address, 'ipv4');
    return isIPv6(address) && this.list.check(address, 'ipv6');
  }

  private add(network: string): void {
    const [written = '', prefix] = network.split('/');
    const address = readAddress(written);
    if (address === undefined) return;
    const isV4 = isIPv4(address);
    // `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
    const skipped = isV4 && isIPv6(written) ? EMBEDDING_BITS : 0;
    const bits = prefix === undefined ? (isV4 ? 32 : 128) : Math.max(0, Number(prefix) - skipped);
    this.list.addSubnet(address, bits, isV4 ? 'ipv4' : 'ipv6');
  }
}

/** The eight groups of an address that `isIPv6` accepts. */
function partsOf(address: string): number[] {
  const [left = '', right] = withoutDots(address).split('::');
  const head = numbers(left);
  if (right === undefined) return head;
  const tail = numbers(right);
  return [...head, ...new Array<number>(IPV6_PARTS - head.length - tail.length).fill(0), ...tail];
}

/** Rewrites `::1.2.3.4` as `::102:304`. */
function withoutDots(address: string): string {
  const at = address.lastIndexOf(':') + 1;
  const [a, b, c, d] = address.slice(at).split('.').map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return address;
  return address.slice(0, at) + hex([a * 256 + b, c * 256 + d]);
}

function numbers(text: string): number[] {
  return text === '' ? [] : text.split(':').map((part) => Number.parseInt(part, 16));
}

function hex(parts: readonly number[]): string {
  return parts.map((part) => part.toString(16)).join(':');
}

function embedded(parts: readonly number[], prefix: string): string | undefined {
  if (hex(parts.slice(0, 6)) !== prefix) return undefined;
  return parts
    .slice(6)
    .flatMap((part) => [part >> 8, part & 255])
    .join('.');
}
