import { hasCredentials, integer, list, milliseconds, option, password, text } from '@ws-hub/config';
import { JETSTREAM_DEFAULTS } from '@ws-hub/jetstream/options';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const PREFIX = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64})*$/;

const NATS_URL_RULE =
  'URLs nats://HOST:PORT, or tls://HOST:PORT for TLS and nothing else, between commas, or empty';

/** What the distributed engine goes by; with no NATS_URL none of it matters. */
export const engineOptions = {
  natsUrls: option(
    'NATS_URL',
    '',
    list(isNatsUrl, NATS_URL_RULE).meta({ description: NATS_URL_RULE, holdsSecret: hasCredentials }),
    'NATS servers with JetStream, whose stream is the log of all hubs; empty = a log of its own in memory',
  ),
  natsUser: option(
    'NATS_USER',
    JETSTREAM_DEFAULTS.natsUser,
    text('a user of NATS, or empty'),
    'user to log in to NATS as',
  ),
  natsPassword: option('NATS_PASSWORD', JETSTREAM_DEFAULTS.natsPassword, password(), 'password of that user'),
  natsCredentialsFile: option(
    'NATS_CREDENTIALS_FILE',
    JETSTREAM_DEFAULTS.natsCredentialsFile,
    text('a file of NATS credentials, or empty'),
    'file with the credentials for NATS',
  ),
  natsCaFile: option(
    'NATS_CA_FILE',
    JETSTREAM_DEFAULTS.natsCaFile,
    text('a file of PEM certificates, or empty'),
    'file with the certificates that may sign that of NATS; empty = those that Node trusts',
  ),
  natsCertFile: option(
    'NATS_CERT_FILE',
    JETSTREAM_DEFAULTS.natsCertFile,
    text('a file of PEM certificates, or empty'),
    "file with the hub's own certificate, if NATS asks for one",
  ),
  natsKeyFile: option(
    'NATS_KEY_FILE',
    JETSTREAM_DEFAULTS.natsKeyFile,
    text('a file with a PEM key, or empty'),
    'file with the key for it',
  ),
  natsReplicas: option(
    'NATS_REPLICAS',
    String(JETSTREAM_DEFAULTS.natsReplicas),
    integer(1, 5),
    'copies of the stream that the hub makes',
  ),
  natsStream: option(
    'NATS_STREAM',
    JETSTREAM_DEFAULTS.natsStream,
    text('1-64 of A-Z a-z 0-9 _ -').refine((name) => NAME.test(name)),
    'name of the stream',
  ),
  natsSubjectPrefix: option(
    'NATS_SUBJECT_PREFIX',
    JETSTREAM_DEFAULTS.natsSubjectPrefix,
    text('words of A-Z a-z 0-9 _ - between dots').refine((prefix) => PREFIX.test(prefix)),
    'what stands before the channel in the subject of a message',
  ),
  maxPendingAppends: option(
    'MAX_PENDING_APPENDS',
    String(JETSTREAM_DEFAULTS.maxPendingAppends),
    integer(1, 1_000_000),
    'messages that may wait to be stored by NATS; publishers pause above it',
  ),
  appendTimeoutMs: option(
    'APPEND_TIMEOUT',
    String(JETSTREAM_DEFAULTS.appendTimeoutMs),
    milliseconds(100),
    'ms that NATS has to store a message; then it is unavailable (hub.v1), or its sender is closed with 1013 (plain)',
  ),
};

function isNatsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === 'nats:' || protocol === 'tls:') && hostname !== '';
}
