import { DEFAULT_MAX_PAYLOAD, LOG_DEFAULTS, type RetentionLimits } from '@ws-hub/hub';

/** What the log in JetStream goes by. */
export interface JetStreamOptions extends RetentionLimits {
  /** nats://HOST:PORT each, or tls://HOST:PORT each; with a user and a password if NATS asks for them. */
  readonly natsUrls: readonly string[];
  /** Proves to hubs what a hub has written; the same for all that share the log. */
  readonly hubSecret: string;
  /** Accepted as well, while the secret is changed; empty for none. */
  readonly hubSecretPrevious: string;
  /** Bytes of a message's content. */
  readonly maxPayload: number;
  readonly natsUser: string;
  readonly natsPassword: string;
  /** Paths of files; empty for none. */
  readonly natsCredentialsFile: string;
  readonly natsCaFile: string;
  readonly natsCertFile: string;
  readonly natsKeyFile: string;
  /** Copies of the stream that the hub makes. */
  readonly natsReplicas: number;
  readonly natsStream: string;
  /** Subject prefix, before the channel. */
  readonly natsSubjectPrefix: string;
  /** Messages that may wait to be stored. */
  readonly maxPendingAppends: number;
  readonly appendTimeoutMs: number;
}

const { logMaxMessages, logMaxBytes, logMaxAgeMs } = LOG_DEFAULTS;

/** Of all that has a default; nothing of NATS is loaded for them. */
export const JETSTREAM_DEFAULTS: Omit<JetStreamOptions, 'natsUrls' | 'hubSecret'> = {
  logMaxMessages,
  logMaxBytes,
  logMaxAgeMs,
  hubSecretPrevious: '',
  maxPayload: DEFAULT_MAX_PAYLOAD,
  natsUser: '',
  natsPassword: '',
  natsCredentialsFile: '',
  natsCaFile: '',
  natsCertFile: '',
  natsKeyFile: '',
  natsReplicas: 1,
  natsStream: 'ws-hub',
  natsSubjectPrefix: 'ws-hub',
  maxPendingAppends: 10_000,
  appendTimeoutMs: 10_000,
};

/** What the URL of a server that is reached by TLS begins with. */
export const TLS = 'tls:';

/** Whether all servers are reached by TLS; a list that mixes both cannot be used. */
export function isNatsTls({ natsUrls }: Pick<JetStreamOptions, 'natsUrls'>): boolean {
  return natsUrls.every((url) => new URL(url).protocol === TLS);
}
