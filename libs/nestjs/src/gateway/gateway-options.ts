import { isIP } from 'node:net';
import { bytes, count, DEFAULT_MAX_PAYLOAD, milliseconds, presetsOf } from '@ws-hub/hub';
import { HUB_PATH } from '@ws-hub/protocol';

const MIB = 1024 * 1024;

/** The options of the gateway that are numbers; their descriptions are in the server's `--help`, or here. */
export const GATEWAY_LIMITS = {
  maxPayload: bytes(DEFAULT_MAX_PAYLOAD, 1, 64 * MIB),
  maxFragments: count(64, 1, 65_536),
  maxBufferedChunks: count(1_024, 16, 1_048_576),
  helloTimeoutMs: milliseconds(5_000),
  closeTimeoutMs: milliseconds(5_000),
  maxConnections: count(100_000, 1),
  // An office behind one address fits; a thousand such addresses are needed to fill the hub.
  maxConnectionsPerIp: count(100, 0),
  // All that an address may have are back after five seconds.
  maxConnectsPerIpPerSecond: count(20, 0),
  maxHeaders: count(100, 1, 2_000),
  /** How long the authorizer may take for one handshake; then it is refused with 503. */
  authTimeoutMs: milliseconds(5_000),
  /** Handshakes that may wait for the authorizer; more get 503. */
  maxPendingConnects: count(1_000, 1, 100_000),
};

/** The token under which `GatewayOptions` are injected. */
export const GATEWAY_OPTIONS = Symbol('GATEWAY_OPTIONS');

/** What the gateway goes by. */
export interface GatewayOptions extends Readonly<Record<keyof typeof GATEWAY_LIMITS, number>> {
  /** The one path of the hub, compared exactly. */
  readonly path: string;
  /** Proves hub.v1 sessions; empty = a new one at each start. */
  readonly hubSecret: string;
  /** The former secret, whose sessions are still accepted; empty for none. */
  readonly hubSecretPrevious: string;
  /** The cookie that may carry a token; empty for none. */
  readonly authCookie: string;
  /** Web pages that may connect, exact match; none = all. */
  readonly allowedOrigins: readonly string[];
  /** Proxies whose X-Forwarded-For is believed: IP addresses or CIDR networks. */
  readonly trustedProxies: readonly string[];
  /** Addresses that none of the limits per address holds for. */
  readonly unlimitedNetworks: readonly string[];
}

export const GATEWAY_DEFAULTS: GatewayOptions = {
  ...presetsOf(GATEWAY_LIMITS),
  path: HUB_PATH,
  hubSecret: '',
  hubSecretPrevious: '',
  authCookie: '',
  allowedOrigins: [],
  trustedProxies: [],
  unlimitedNetworks: ['loopback', 'private', 'link-local'],
};

/** A client id from the application: it travels in a header, in messages, and before a colon and a key in JetStream. */
export const CLIENT_ID = /^[!-9;-~]{1,128}$/;
export const CLIENT_ID_RULE = '1-128 visible ASCII characters without a colon';

/** Whether this is an origin as browsers send it. */
export function isOrigin(item: string): boolean {
  return URL.canParse(item) && new URL(item).origin === item;
}

const NETWORK_WORDS = new Set(['loopback', 'private', 'link-local', 'none']);

/** Whether this is an IP address, a CIDR network, or a word for some. */
export function isNamedNetwork(item: string): boolean {
  return NETWORK_WORDS.has(item) || isNetwork(item);
}

/** Whether this is an IP address or a CIDR network. */
export function isNetwork(item: string): boolean {
  const [address = '', prefix, ...rest] = item.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
