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
    'minimum ms between flushes, unless 16 KiB are waiting; 0 = flush on every turn of the event loop',
  ),
  maxPayload: limit(
    'MAX_PAYLOAD',
    GATEWAY_LIMITS.maxPayload,
    'maximum bytes per message; a longer one closes the connection with 1009',
  ),
  maxFragments: limit(
    'MAX_FRAGMENTS',
    GATEWAY_LIMITS.maxFragments,
    'maximum fragments per message; more close the connection with 1008',
  ),
  maxBufferedChunks: limit(
    'MAX_BUFFERED_CHUNKS',
    GATEWAY_LIMITS.maxBufferedChunks,
    'maximum chunks buffered for an incomplete frame; more close the connection with 1008',
  ),
  maxControlRate: limit(
    'MAX_CONTROL_RATE',
    HUB_LIMITS.maxControlRate,
    'maximum pings and pongs per second from one client; more close the connection with 1008',
  ),
  maxControlBurst: limit(
    'MAX_CONTROL_BURST',
    HUB_LIMITS.maxControlBurst,
    'maximum pings and pongs that one client may send at once',
  ),
  maxMessageRate: limit(
    'MAX_MESSAGE_RATE',
    HUB_LIMITS.maxMessageRate,
    'messages per second, and burst size, for one client; above it the hub reads from the client more slowly, 0 = no limit',
  ),
  maxByteRate: limit(
    'MAX_BYTE_RATE',
    HUB_LIMITS.maxByteRate,
    'message bytes per second, and burst size, for one client; above it the hub reads from the client more slowly, 0 = no limit',
  ),
  maxRequestRate: limit(
    'MAX_REQUEST_RATE',
    HUB_LIMITS.maxRequestRate,
    'requests per second, and burst size, for one hub.v1 client, publishes excluded; above it the hub reads from the client more slowly, 0 = no limit',
  ),
  maxQueuedBytes: limit(
    'MAX_QUEUED_BYTES',
    HUB_LIMITS.maxQueuedBytes,
    'maximum bytes still queued for a client when the next are written; more close the connection with 1013',
  ),
  maxQueueAgeMs: limit(
    'MAX_QUEUE_AGE',
    HUB_LIMITS.maxQueueAgeMs,
    'maximum ms that bytes stay queued for a client; after that the connection is closed with 1013',
  ),
  maxTotalQueuedBytes: limit(
    'MAX_TOTAL_QUEUED_BYTES',
    HUB_LIMITS.maxTotalQueuedBytes,
    'maximum bytes queued for all clients; above it the slowest clients are closed and publishers wait',
  ),
  maxChannelsPerConnection: limit(
    'MAX_CHANNELS_PER_CONNECTION',
    HUB_LIMITS.maxChannelsPerConnection,
    'maximum channels per hub.v1 client; a request for more is a bad request',
  ),
  helloTimeoutMs: limit(
    'HELLO_TIMEOUT',
    GATEWAY_LIMITS.helloTimeoutMs,
    'ms within which a hub.v1 client must send its hello; after that the connection is closed with 4408',
  ),
  logMaxMessages: limit('LOG_MAX_MESSAGES', LOG_LIMITS.logMaxMessages, 'maximum messages kept for replay'),
  logMaxBytes: limit(
    'LOG_MAX_BYTES',
    LOG_LIMITS.logMaxBytes,
    'maximum bytes of the messages kept for replay',
  ),
  logMaxAgeMs: limit('LOG_MAX_AGE', LOG_LIMITS.logMaxAgeMs, 'maximum ms that a message is kept for replay'),
  logMaxKeys: limit(
    'LOG_MAX_KEYS',
    LOG_LIMITS.logMaxKeys,
    'maximum keys of hub.v1 messages, over all clients, each kept for two minutes; above it keys older than a minute are evicted first, then those of the client that has the most',
  ),
  maxConnections: limit(
    'MAX_CONNECTIONS',
    GATEWAY_LIMITS.maxConnections,
    'maximum connections of this hub; more get 503',
  ),
  maxConnectionsPerIdentity: limit(
    'MAX_CONNECTIONS_PER_IDENTITY',
    HUB_LIMITS.maxConnectionsPerIdentity,
    'maximum concurrent connections per hub.v1 session; one more closes the oldest with 1008',
  ),
  maxConnectionsPerUser: limit(
    'MAX_CONNECTIONS_PER_USER',
    HUB_LIMITS.maxConnectionsPerUser,
    'maximum concurrent connections per user; more are refused, 0 = no limit',
  ),
  maxMessageRatePerUser: limit(
    'MAX_MESSAGE_RATE_PER_USER',
    HUB_LIMITS.maxMessageRatePerUser,
    'messages per second, and burst size, for all connections of one user together; above it the hub reads from them more slowly, 0 = no limit',
  ),
  tokenGraceMs: limit(
    'TOKEN_GRACE',
    HUB_LIMITS.tokenGraceMs,
    'ms that a connection stays open after its token has expired; then it is closed with 4410',
  ),
  maxConnectionsPerIp: limit(
    'MAX_CONNECTIONS_PER_IP',
    GATEWAY_LIMITS.maxConnectionsPerIp,
    'maximum concurrent connections per address (IPv6: per /64); more get 429, 0 = no limit',
  ),
  maxConnectsPerIpPerSecond: limit(
    'MAX_CONNECTS_PER_IP_PER_SECOND',
    GATEWAY_LIMITS.maxConnectsPerIpPerSecond,
    'maximum handshakes per second and address (IPv6: per /64); more get 429, 0 = no limit',
  ),
  unlimitedNetworks: option(
    'UNLIMITED_NETWORKS',
    GATEWAY_DEFAULTS.unlimitedNetworks.join(', '),
    list(
      isNamedNetwork,
      'loopback, private, link-local, IP addresses or CIDR networks, comma-separated, or none',
    ),
    'addresses exempt from all limits per address; none = no exemptions',
  ),
  maxHeaderBytes: option(
    'MAX_HEADER_BYTES',
    '8192',
    bytes(1024, MIB),
    "maximum bytes of a request's headers; more get 431",
  ),
  maxHeaders: limit(
    'MAX_HEADERS',
    GATEWAY_LIMITS.maxHeaders,
    'maximum number of headers in a handshake; more get 431',
  ),
  headersTimeoutMs: option(
    'HEADERS_TIMEOUT',
    '5000',
    milliseconds(100),
    "ms within which a request's headers must arrive; later ones get 408",
  ),
  requestTimeoutMs: option(
    'REQUEST_TIMEOUT',
    '10000',
    milliseconds(100),
    'ms within which a request must arrive; later ones get 408',
  ),
  pingIntervalMs: limit('PING_INTERVAL', HUB_LIMITS.pingIntervalMs, 'ms between pings to a client, ± 20 %'),
  pingTimeoutMs: limit(
    'PING_TIMEOUT',
    HUB_LIMITS.pingTimeoutMs,
    'ms within which a client must answer a ping, with any byte',
  ),
  closeTimeoutMs: limit(
    'CLOSE_TIMEOUT',
    GATEWAY_LIMITS.closeTimeoutMs,
    'ms within which a client must answer a close frame; then the connection is terminated',
  ),
  drainTimeoutMs: limit(
    'DRAIN_TIMEOUT',
    HUB_LIMITS.drainTimeoutMs,
    'ms over which the hub closes its connections when it shuts down; then it terminates the remaining clients',
  ),
  allowedOrigins: option(
    'ALLOWED_ORIGINS',
    '',
    list(isOrigin, 'origins such as https://example.org, comma-separated, or empty for all'),
    'origins of web pages that may connect, exact match; others get 403, empty = all',
  ),
  trustedProxies: option(
    'TRUSTED_PROXIES',
    '',
    list(isNetwork, 'IP addresses or CIDR networks, comma-separated, or empty'),
    'proxies whose X-Forwarded-For is trusted',
  ),
};
