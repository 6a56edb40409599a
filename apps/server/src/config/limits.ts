import { bytes, integer, list, milliseconds, type Option, option } from '@ws-hub/config';
import { HUB_LIMITS, type Limit, LOG_LIMITS } from '@ws-hub/hub';
import {
  GATEWAY_DEFAULTS,
  GATEWAY_LIMITS,
  isNamedNetwork,
  isNetwork,
  isOrigin,
} from '@ws-hub/nestjs/options';

const MIB = 1024 * 1024;
const KINDS = { bytes, count: integer, milliseconds };

/** An option that is a number. */
function limit(variable: string, { preset, min, max, unit }: Limit, help: string): Option<number> {
  return option(variable, String(preset), KINDS[unit](min, max), help);
}

/** Every limit of the hub: its name, default and unit. Where each is enforced: docs/reliability.md. */
export const limitOptions = {
  flushIntervalMs: limit(
    'FLUSH_INTERVAL_MS',
    HUB_LIMITS.flushIntervalMs,
    'least ms between two flushes of what was said, unless 16 KiB wait; 0 = every turn of the event loop',
  ),
  maxPayload: limit(
    'MAX_PAYLOAD',
    GATEWAY_LIMITS.maxPayload,
    'bytes of a message; a longer one closes with 1009',
  ),
  maxFragments: limit(
    'MAX_FRAGMENTS',
    GATEWAY_LIMITS.maxFragments,
    'parts of a message; more close with 1008',
  ),
  maxBufferedChunks: limit(
    'MAX_BUFFERED_CHUNKS',
    GATEWAY_LIMITS.maxBufferedChunks,
    'pieces in which an unfinished frame may have come; more close with 1008',
  ),
  maxControlRate: limit(
    'MAX_CONTROL_RATE',
    HUB_LIMITS.maxControlRate,
    'pings and pongs a second of one client; more close with 1008',
  ),
  maxControlBurst: limit(
    'MAX_CONTROL_BURST',
    HUB_LIMITS.maxControlBurst,
    'pings and pongs that one client may send at once',
  ),
  maxMessageRate: limit(
    'MAX_MESSAGE_RATE',
    HUB_LIMITS.maxMessageRate,
    'messages a second of one client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxByteRate: limit(
    'MAX_BYTE_RATE',
    HUB_LIMITS.maxByteRate,
    'bytes of messages a second of one client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxRequestRate: limit(
    'MAX_REQUEST_RATE',
    HUB_LIMITS.maxRequestRate,
    'requests other than publishes a second of one hub.v1 client, and as many at once; it is read more slowly above that, 0 = no limit',
  ),
  maxQueuedBytes: limit(
    'MAX_QUEUED_BYTES',
    HUB_LIMITS.maxQueuedBytes,
    'bytes that may still wait for a client when the next are written; more close with 1013',
  ),
  maxQueueAgeMs: limit(
    'MAX_QUEUE_AGE',
    HUB_LIMITS.maxQueueAgeMs,
    'ms that bytes may wait for a client; longer closes with 1013',
  ),
  maxTotalQueuedBytes: limit(
    'MAX_TOTAL_QUEUED_BYTES',
    HUB_LIMITS.maxTotalQueuedBytes,
    'bytes that may wait for all clients; above it the slowest are closed and publishers wait',
  ),
  maxChannelsPerConnection: limit(
    'MAX_CHANNELS_PER_CONNECTION',
    HUB_LIMITS.maxChannelsPerConnection,
    'channels that one hub.v1 client may listen to; more are a bad request',
  ),
  helloTimeoutMs: limit(
    'HELLO_TIMEOUT',
    GATEWAY_LIMITS.helloTimeoutMs,
    'ms that a hub.v1 client has for its hello; longer closes with 4408',
  ),
  logMaxMessages: limit(
    'LOG_MAX_MESSAGES',
    LOG_LIMITS.logMaxMessages,
    'messages that are kept for those who come back',
  ),
  logMaxBytes: limit('LOG_MAX_BYTES', LOG_LIMITS.logMaxBytes, 'bytes that they may take'),
  logMaxAgeMs: limit('LOG_MAX_AGE', LOG_LIMITS.logMaxAgeMs, 'ms that they are kept'),
  logMaxKeys: limit(
    'LOG_MAX_KEYS',
    LOG_LIMITS.logMaxKeys,
    'keys of hub.v1 messages kept for two minutes, of all clients; above it those older than a minute go first, then those of the client with most',
  ),
  maxConnections: limit(
    'MAX_CONNECTIONS',
    GATEWAY_LIMITS.maxConnections,
    'connections of this hub; more get 503',
  ),
  maxConnectionsPerIdentity: limit(
    'MAX_CONNECTIONS_PER_IDENTITY',
    HUB_LIMITS.maxConnectionsPerIdentity,
    'connections of one hub.v1 session at a time; one more closes the oldest with 1008',
  ),
  maxConnectionsPerUser: limit(
    'MAX_CONNECTIONS_PER_USER',
    HUB_LIMITS.maxConnectionsPerUser,
    'connections of one user at a time; more are refused, 0 = no limit',
  ),
  maxMessageRatePerUser: limit(
    'MAX_MESSAGE_RATE_PER_USER',
    HUB_LIMITS.maxMessageRatePerUser,
    'messages a second of all connections of one user, and as many at once; they are read more slowly above that, 0 = no limit',
  ),
  tokenGraceMs: limit(
    'TOKEN_GRACE',
    HUB_LIMITS.tokenGraceMs,
    'ms that a connection lives after its token; then it is closed with 4410',
  ),
  maxConnectionsPerIp: limit(
    'MAX_CONNECTIONS_PER_IP',
    GATEWAY_LIMITS.maxConnectionsPerIp,
    'connections of one address (IPv6: one /64); more get 429, 0 = no limit',
  ),
  maxConnectsPerIpPerSecond: limit(
    'MAX_CONNECTS_PER_IP_PER_SECOND',
    GATEWAY_LIMITS.maxConnectsPerIpPerSecond,
    'handshakes a second of one address (IPv6: one /64); more get 429, 0 = no limit',
  ),
  unlimitedNetworks: option(
    'UNLIMITED_NETWORKS',
    GATEWAY_DEFAULTS.unlimitedNetworks.join(', '),
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
  maxHeaders: limit(
    'MAX_HEADERS',
    GATEWAY_LIMITS.maxHeaders,
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
  pingIntervalMs: limit(
    'PING_INTERVAL',
    HUB_LIMITS.pingIntervalMs,
    'ms between two pings to a client, ± 20 %',
  ),
  pingTimeoutMs: limit(
    'PING_TIMEOUT',
    HUB_LIMITS.pingTimeoutMs,
    'ms that a client has to answer a ping with any byte',
  ),
  closeTimeoutMs: limit(
    'CLOSE_TIMEOUT',
    GATEWAY_LIMITS.closeTimeoutMs,
    'ms that a client has to answer a close frame before it is cut off',
  ),
  drainTimeoutMs: limit(
    'DRAIN_TIMEOUT',
    HUB_LIMITS.drainTimeoutMs,
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
