import { BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { PathHint, tokenFrom } from '@ws-hub/config';
import { type Ending, HubClient, type Open, type PublishError } from '@ws-hub/hub-client';
import { ACCESS_TOKEN_PARAMETER } from '@ws-hub/protocol';
import { PinoLogger } from 'nestjs-pino';
import { CLIENT_CONFIG, type ClientConfig } from './config/client.config.js';
import { describeEnding } from './describe-ending.js';

/** The token of the transport, so that a test can put another one in its place. */
export const OPEN_TRANSPORT = Symbol('open transport');

const HEARTBEAT = 'heartbeat';
const NEW_START = 'new start';

/**
 * Keeps a connection to the hub, sends a heartbeat at every interval and logs the messages it receives.
 *
 * It never gives up: where the library stops because the hub asked it to, it tries again after the maximum delay. A
 * heartbeat without a connection is not sent later, because it would claim that a client was there which was not.
 */
@Injectable()
export class HeartbeatClient implements BeforeApplicationShutdown {
  private readonly client: HubClient;
  private heartbeats = 0;

  constructor(
    @Inject(CLIENT_CONFIG) private readonly config: ClientConfig,
    @Inject(OPEN_TRANSPORT) open: Open,
    private readonly scheduler: SchedulerRegistry,
    private readonly logger: PinoLogger,
  ) {
    const { url, reconnectDelayMs, reconnectMaxDelayMs, silenceTimeoutMs } = config;
    const token = tokenFrom(config.tokenFile);
    this.client = new HubClient({
      url,
      open,
      silenceTimeoutMs,
      initialMs: reconnectDelayMs,
      maxMs: reconnectMaxDelayMs,
      ...(token && { token }),
    });
    this.logEvents();
    this.client.on('stopped', (ending) => this.clientOnStopped(ending));
  }

  /** Returns at once, whether or not a hub is there. */
  start(): void {
    this.client.start();
    const timer = setInterval(() => this.sendHeartbeat(), this.config.intervalMs);
    this.scheduler.addInterval(HEARTBEAT, timer);
  }

  /** The scheduler owns the timers and clears them. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.client.close();
  }

  private sendHeartbeat(): void {
    if (!this.client.connected) return;
    const content = `heartbeat ${++this.heartbeats} ${new Date().toISOString()}`;
    this.client.publish(content, { queue: false }).then(
      () => this.logger.info({ event: 'heartbeat_sent', content }, 'heartbeat sent'),
      ({ reason, message }: PublishError) =>
        this.logger.warn({ event: 'heartbeat_failed', content, reason, message }, 'heartbeat failed'),
    );
  }

  private clientOnStopped(ending: Ending): void {
    const delayMs = this.config.reconnectMaxDelayMs;
    this.logger.error(
      { event: 'stopped', ...describeEnding(ending), delay_ms: delayMs },
      'the hub asked not to reconnect; trying again anyway',
    );
    const timer = setTimeout(() => {
      this.scheduler.deleteTimeout(NEW_START);
      this.client.start();
    }, delayMs);
    this.scheduler.addTimeout(NEW_START, timer);
  }

  private logEvents(): void {
    this.logConnection();
    this.logAccess();
    this.logMessages();
  }

  private logConnection(): void {
    const { client, logger } = this;
    const url = withoutCredentials(this.config.url);
    const pathHint = new PathHint(this.config.url);
    client.on('connecting', (attempt) => logger.info({ event: 'connecting', url, attempt }, 'connecting'));
    let wasConnected = false;
    client.on('connected', ({ clientId, dialect, recovered }) => {
      // On the first connection there is nothing to recover.
      const resumed = wasConnected ? { recovered } : {};
      wasConnected = true;
      logger.info({ event: 'connected', client_id: clientId, dialect, ...resumed }, 'connected');
    });
    client.on('fallback', () => logger.info({ event: 'fallback' }, 'the hub supports only plain'));
    client.on('identity', (clientId) =>
      logger.warn(
        { event: 'identity_changed', client_id: clientId },
        'the hub did not accept the previous identity',
      ),
    );
    client.on('disconnected', (ending) =>
      logger.warn(
        { event: 'disconnected', ...describeEnding(ending), hint: pathHint.after(ending) },
        'disconnected',
      ),
    );
    client.on('reconnecting', (attempt, delayMs) =>
      logger.info({ event: 'reconnecting', attempt, delay_ms: Math.round(delayMs) }, 'reconnecting'),
    );
  }

  private logAccess(): void {
    const { client, logger } = this;
    client.on('tokenFailed', ({ message }) =>
      logger.warn(
        { event: 'token_failed', message },
        'the token could not be renewed; retrying until it expires',
      ),
    );
    client.on('forbidden', (forbidden) =>
      logger.warn({ event: 'forbidden', ...forbidden }, 'the token does not allow it'),
    );
  }

  private logMessages(): void {
    const { client, logger } = this;
    client.on('message', (message) =>
      logger.info({ event: 'message_received', ...message }, 'message received'),
    );
    client.on('malformed', (text, err) =>
      logger.warn(
        { event: 'message_malformed', content: text, err },
        'received something that is not a message',
      ),
    );
    client.on('gap', (since) => logger.warn({ event: 'gap', since }, 'messages were missed'));
    client.on('error', ({ code, message }) =>
      logger.warn({ event: 'hub_error', code, message }, 'the hub refused a request'),
    );
  }
}

/** The URL in a form that may be logged. */
function withoutCredentials(text: string): string {
  const url = new URL(text);
  url.username = url.password = '';
  url.searchParams.delete(ACCESS_TOKEN_PARAMETER);
  return url.href;
}
