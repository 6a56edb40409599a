import { hasCredentials, integer, list, milliseconds, option, password, text } from '@ws-hub/config';
import { JETSTREAM_DEFAULTS } from '@ws-hub/jetstream/options';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const PREFIX = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64})*$/;

const NATS_URL_RULE = 'URLs nats://HOST:PORT, or tls://HOST:PORT for TLS only, comma-separated, or empty';

/** Options of the NATS engine; without NATS_URL they have no effect. */
export const engineOptions = {
  natsUrls: option(
    'NATS_URL',
    '',
    list(isNatsUrl, NATS_URL_RULE).meta({ description: NATS_URL_RULE, holdsSecret: hasCredentials }),
    'NATS servers with JetStream, which keep the log for all hubs; empty = this hub keeps its own log in memory',
  ),
  natsUser: option('NATS_USER', JETSTREAM_DEFAULTS.natsUser, text('a user of NATS, or empty'), 'NATS user'),
  natsPassword: option('NATS_PASSWORD', JETSTREAM_DEFAULTS.natsPassword, password(), 'password of NATS_USER'),
  natsCredentialsFile: option(
    'NATS_CREDENTIALS_FILE',
    JETSTREAM_DEFAULTS.natsCredentialsFile,
    text('a file of NATS credentials, or empty'),
    'file with NATS credentials',
  ),
  natsCaFile: option(
    'NATS_CA_FILE',
    JETSTREAM_DEFAULTS.natsCaFile,
    text('a file of PEM certificates, or empty'),
    'file with the CA certificates to trust for NATS; empty = those that Node trusts',
  ),
  natsCertFile: option(
    'NATS_CERT_FILE',
    JETSTREAM_DEFAULTS.natsCertFile,
    text('a file of PEM certificates, or empty'),
    "file with the hub's client certificate, if NATS requires one",
  ),
  natsKeyFile: option(
    'NATS_KEY_FILE',
    JETSTREAM_DEFAULTS.natsKeyFile,
    text('a file with a PEM key, or empty'),
    'file with the private key of NATS_CERT_FILE',
  ),
  natsReplicas: option(
    'NATS_REPLICAS',
    String(JETSTREAM_DEFAULTS.natsReplicas),
    integer(1, 5),
    'replicas of the stream that the hub creates',
  ),
  natsStream: option(
    'NATS_STREAM',
    JETSTREAM_DEFAULTS.natsStream,
    text('1-64 of A-Z a-z 0-9 _ -').refine((name) => NAME.test(name)),
    'name of the JetStream stream',
  ),
  natsSubjectPrefix: option(
    'NATS_SUBJECT_PREFIX',
    JETSTREAM_DEFAULTS.natsSubjectPrefix,
    text('words of A-Z a-z 0-9 _ - between dots').refine((prefix) => PREFIX.test(prefix)),
    'subject prefix, before the channel',
  ),
  maxPendingAppends: option(
    'MAX_PENDING_APPENDS',
    String(JETSTREAM_DEFAULTS.maxPendingAppends),
    integer(1, 1_000_000),
    'maximum messages waiting for NATS to store them; above it publishers pause',
  ),
  appendTimeoutMs: option(
    'APPEND_TIMEOUT',
    String(JETSTREAM_DEFAULTS.appendTimeoutMs),
    milliseconds(100),
    'ms within which NATS must store a message; after that a hub.v1 sender gets unavailable, and a plain sender is closed with 1013',
  ),
};

function isNatsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (protocol === 'nats:' || protocol === 'tls:') && hostname !== '';
}
