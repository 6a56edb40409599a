import { isIP } from 'node:net';
import { bytes, integer, list, milliseconds, option } from '@ws-hub/config';
import { DEFAULT_MAX_PAYLOAD, LOG_DEFAULTS } from '@ws-hub/hub';

const MAX_COUNT = 1_000_000_000;
const MIB = 1024 * 1024;

/** Every limit of the hub: its name, default and unit. Where each is enforced: docs/reliability.md. */
export const limitOptions = {
  maxPayload: option(
    'MAX_PAYLOAD',
    String(DEFAULT_MAX_PAYLOAD),
    bytes(1, 64 * MIB),
    'bytes of a message; a longer one closes with 1009',
  ),
  maxFragments: option('MAX_FRAGMENTS', '64', integer(1, 65_536), 'parts of a message; more close with 1008'),
  maxBufferedChunks: option(
    'MAX_BUFFERED_CHUNKS',
    '1024',
    integer(16, 1_048_576),
    'pieces in which an unfinished frame may have come; more close with 1008',
  ),
  maxControlRate: option(
    'MAX_CONTROL_RATE',
    '10',
    integer(1, MAX_COUNT),
    'pings and pongs a second of one client; more close with 1008',
  ),
  maxControlBurst: option(
    'MAX_CONTROL_BURST',
    '50',
    integer(1, MAX_COUNT),
    'pings and pongs that one client may send at once',
  ),
  maxMessageRate: option(
    'MAX_MESSAGE_RATE',
    '10000',
    integer(0, MAX_COUNT),
    'messages a second of one client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxByteRate: option(
    'MAX_BYTE_RATE',
    String(4 * MIB),
    bytes(0, 1024 * MIB),
    'bytes of messages a second of one client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxRequestRate: option(
    'MAX_REQUEST_RATE',
    '100',
    integer(0, MAX_COUNT),
    'requests other than publishes a second of one hub.v1 client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxQueuedBytes: option(
    'MAX_QUEUED_BYTES',
    String(MIB),
    bytes(1, 1024 * MIB),
    'bytes that may still wait for a client when the next are written; more close with 1013',
  ),
  maxQueueAgeMs: option(
    'MAX_QUEUE_AGE',
    '10000',
    milliseconds(100),
    'ms that bytes may wait for a client; longer closes with 1013',
  ),
  maxTotalQueuedBytes: option(
    'MAX_TOTAL_QUEUED_BYTES',
    String(256 * MIB),
    bytes(1, 1024 * 1024 * MIB),
    'bytes that may wait for all clients; above it the slowest are closed and publishers wait',
  ),
  maxChannelsPerConnection: option(
    'MAX_CHANNELS_PER_CONNECTION',
    '100',
    integer(1, 10_000),
    'channels that one hub.v1 client may listen to; more are a bad request',
  ),
  helloTimeoutMs: option(
    'HELLO_TIMEOUT',
    '5000',
    milliseconds(100),
    'ms that a hub.v1 client has for its hello; longer closes with 4408',
  ),
  logMaxMessages: option(
    'LOG_MAX_MESSAGES',
    String(LOG_DEFAULTS.logMaxMessages),
    integer(1, 100_000_000),
    'messages that are kept for those who come back',
  ),
  logMaxBytes: option(
    'LOG_MAX_BYTES',
    String(LOG_DEFAULTS.logMaxBytes),
    bytes(1, 1024 * 1024 * MIB),
    'bytes that they may take',
  ),
  logMaxAgeMs: option(
    'LOG_MAX_AGE',
    String(LOG_DEFAULTS.logMaxAgeMs),
    milliseconds(100),
    'ms that they are kept',
  ),
  logMaxKeys: option(
    'LOG_MAX_KEYS',
    String(LOG_DEFAULTS.logMaxKeys),
    integer(1_000, MAX_COUNT),
    'keys of hub.v1 messages kept for two minutes, of all clients; above it those older than a minute go first, then those of the client with most',
  ),
  maxConnections: option(
    'MAX_CONNECTIONS',
    '100000',
    integer(1, MAX_COUNT),
    'connections of this hub; more get 503',
  ),
  maxConnectionsPerIdentity: option(
    'MAX_CONNECTIONS_PER_IDENTITY',
    '16',
    integer(1, 10_000),
    'connections of one hub.v1 session at a time; one more closes the oldest with 1008',
  ),
  maxConnectionsPerIp: option(
    'MAX_CONNECTIONS_PER_IP',
    // An office behind one address fits; a thousand such addresses are needed to fill the hub.
    '100',
    integer(0, MAX_COUNT),
    'connections of one address (IPv6: one /64); more get 429, 0 = no limit',
  ),
  maxConnectsPerIpPerSecond: option(
    'MAX_CONNECTS_PER_IP_PER_SECOND',
    // All that an address may have are back after five seconds.
    '20',
    integer(0, MAX_COUNT),
    'handshakes a second of one address (IPv6: one /64); more get 429, 0 = no limit',
  ),
  maxHttpRatePerIp: option(
    'MAX_HTTP_RATE_PER_IP',
    // A request costs about 0.1 ms: half a percent of a core for each address.
    '50',
    integer(0, MAX_COUNT),
    'HTTP requests a second of one address (IPv6: one /64), besides handshakes; more get 429, 0 = no limit',
  ),
  unlimitedNetworks: option(
    'UNLIMITED_NETWORKS',
    'loopback, private, link-local',
    list(
      isNamedNetwork,
      'loopback, private, link-local, IP addresses or CIDR networks with commas between them, or none',
    ),
    'addresses that none of the limits per address holds for; none = they hold for all',
  ),
  maxHeaderBytes: option(
    'MAX_HEADER_BYTES',
    '8192',
    bytes(1024, MIB),
    "bytes of a request's headers; more get 431",
  ),
  maxHeaders: option(
    'MAX_HEADERS',
    '100',
    integer(1, 2_000),
    "number of a handshake's headers; more get 431",
  ),
  headersTimeoutMs: option(
    'HEADERS_TIMEOUT',
    '5000',
    milliseconds(100),
    "ms that a request's headers may take; longer gets 408",
  ),
  requestTimeoutMs: option(
    'REQUEST_TIMEOUT',
    '10000',
    milliseconds(100),
    'ms that a request may take; longer gets 408',
  ),
  pingIntervalMs: option(
    'PING_INTERVAL',
    '25000',
    milliseconds(100),
    'ms between two pings to a client, ± 20 %',
  ),
  pingTimeoutMs: option(
    'PING_TIMEOUT',
    '10000',
    milliseconds(100),
    'ms that a client has to answer a ping with any byte',
  ),
  closeTimeoutMs: option(
    'CLOSE_TIMEOUT',
    '5000',
    milliseconds(100),
    'ms that a client has to answer a close frame before it is cut off',
  ),
  drainTimeoutMs: option(
    'DRAIN_TIMEOUT',
    '10000',
    milliseconds(100),
    'ms over which clients are sent away at the end of the hub, and after which it cuts off who is left',
  ),
  allowedOrigins: option(
    'ALLOWED_ORIGINS',
    '',
    list(isOrigin, 'origins such as https://example.org with commas between them, or empty for all'),
    'web pages that may connect, exact match; others get 403, empty = all',
  ),
  trustedProxies: option(
    'TRUSTED_PROXIES',
    '',
    list(isNetwork, 'IP addresses or CIDR networks with commas between them, or empty'),
    'proxies whose X-Forwarded-For is believed',
  ),
};

function isOrigin(item: string): boolean {
  return URL.canParse(item) && new URL(item).origin === item;
}

const NETWORK_WORDS = new Set(['loopback', 'private', 'link-local', 'none']);

function isNamedNetwork(item: string): boolean {
  return NETWORK_WORDS.has(item) || isNetwork(item);
}

function isNetwork(item: string): boolean {
  const [address = '', prefix, ...rest] = item.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
