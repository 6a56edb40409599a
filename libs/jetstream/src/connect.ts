import { readFileSync } from 'node:fs';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { LogStartError } from '@ws-hub/hub';
import type { JetStreamOptions } from './options.js';
import { explainTlsError, natsTls } from './tls.js';

const CONNECT_TIMEOUT_MS = 2_000;
const RECONNECT_MS = 250;
/**
 * Maximum jitter, so that many hubs do not reconnect together. The default of the NATS client is up to a second for
 * TLS.
 */
const RECONNECT_JITTER_MS = 100;
const PING_INTERVAL_MS = 2_000;
const MAX_UNANSWERED_PINGS = 2;

/** What a message has besides its content, with room to spare. */
const HEADERS_BYTES = 4_096;

/**
 * Connects to one of the servers, and reconnects forever.
 *
 * @param onChange called whenever the connection is lost or restored
 * @throws Error if no server can be reached; LogStartError if the configuration can never work
 */
export async function connectToNats(
  config: JetStreamOptions,
  onChange: (isConnected: boolean) => void,
): Promise<NatsConnection> {
  const connection = await dial(connectionOptions(config));
  const most = (connection.info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADERS_BYTES;
  if (config.maxPayload > most) {
    await connection.close();
    throw payloadError(config.maxPayload, most);
  }
  void follow(connection, onChange);
  return connection;
}

function connectionOptions(config: JetStreamOptions): ConnectionOptions {
  const { natsUrls, natsCredentialsFile: file } = config;
  const tls = natsTls(config);
  return {
    servers: natsUrls.map((url) => new URL(url).host),
    name: 'ws-hub',
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    reconnectJitterTLS: RECONNECT_JITTER_MS,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: MAX_UNANSWERED_PINGS,
    ...(tls !== undefined && { tls }),
    ...login(config),
    ...(file !== '' && { authenticator: credsAuthenticator(readCredentials(file)) }),
  };
}

/** The user in the configuration, or in the URL. */
function login({
  natsUrls,
  natsUser,
  natsPassword,
}: JetStreamOptions): Pick<ConnectionOptions, 'user' | 'pass'> {
  if (natsUser !== '') return { user: natsUser, pass: natsPassword };
  const { username, password } = new URL(natsUrls[0] as string);
  return username === '' ? {} : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

async function dial(options: ConnectionOptions): Promise<NatsConnection> {
  try {
    return await connect(options);
  } catch (error) {
    throw options.tls == null ? error : explainTlsError(error);
  }
}

function payloadError(maxPayload: number, most: number): LogStartError {
  return new LogStartError(
    `MAX_PAYLOAD (--max-payload): "${maxPayload}" is not allowed; allowed: at most ${most}, the limit of the NATS server`,
  );
}

async function follow(connection: NatsConnection, onChange: (isConnected: boolean) => void): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect' || type === 'close') onChange(false);
    else if (type === 'reconnect') onChange(true);
  }
}

function readCredentials(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LogStartError(
      `NATS_CREDENTIALS_FILE (--nats-credentials-file): "${file}" cannot be read (${(error as Error).message}); ` +
        'allowed: a file of NATS credentials, or empty',
    );
  }
}
