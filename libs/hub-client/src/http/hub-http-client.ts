import { systemTimers, type Timers } from '../timers.js';
import {
  type ChannelPage,
  channelsIn,
  type History,
  type HubInfo,
  historyIn,
  infoIn,
  type Stored,
} from './answers.js';
import type { Fetch, Signal } from './fetch.js';
import { type CredentialOptions, HttpCredentials } from './http-credentials.js';
import type { HubHttpError } from './http-error.js';
import type { ListenEvent } from './listen-events.js';
import { Listening, type ListenOptions } from './listening.js';
import {
  type BatchMessage,
  type BatchOptions,
  type HttpPublishOptions,
  Publishing,
  type TraceFunction,
} from './publishing.js';
import { queryOf } from './query.js';
import { type OnRetry, type RequestSettings, Requests } from './requests.js';
import { DEFAULT_RETRIES, type RetryPolicy } from './retries.js';

const DEFAULT_TIMEOUT_MS = 10_000;

export interface HubHttpClientOptions extends CredentialOptions {
  /** http:// or https:// URL of the hub, without the /v1 of its routes. */
  readonly url: string;
  /** Timeout of each attempt in milliseconds; 10,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Overrides of `DEFAULT_RETRIES`. */
  readonly retries?: Partial<RetryPolicy> | undefined;
  readonly onRetry?: OnRetry | undefined;
  /** Called with each publish for the parent span of the message. */
  readonly trace?: TraceFunction | undefined;
  /** Aborts all requests and rejects later ones. */
  readonly signal?: Signal | undefined;
  readonly fetch?: Fetch | undefined;
  readonly random?: (() => number) | undefined;
  readonly timers?: Timers | undefined;
}

/** The connections to close: those of a user, or of one client. */
export type DisconnectTarget = { readonly user: string } | { readonly clientId: string };

export type Disconnect = DisconnectTarget & {
  /** The close code. 4403 keeps clients from reconnecting. */
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
};

/** The tokens to revoke: those of a user, one by its id, or, with `issuedBefore` alone, those of all users. */
export interface Revoke {
  readonly user?: string | undefined;
  /** The claim `jti`. */
  readonly tokenId?: string | undefined;
  /** Only tokens issued before then; Unix time in seconds. */
  readonly issuedBefore?: number | undefined;
  /** How long the revocation is kept; Unix time in seconds. */
  readonly until?: number | undefined;
}

/**
 * The HTTP client for backends (PROTOCOL.md, section 6). All requests reject with a `HubHttpError`. Temporary failures
 * are retried first, without storing a message twice.
 */
export class HubHttpClient {
  private readonly settings: RequestSettings;
  private readonly requests: Requests;
  private readonly publishing: Publishing;

  /** @throws Error if the URL or the credentials are invalid */
  constructor(options: HubHttpClientOptions) {
    this.settings = settingsOf(options);
    this.requests = new Requests(this.settings);
    const { trace = () => undefined } = options;
    this.publishing = new Publishing(this.requests, this.settings.credentials.areNone, trace);
  }

  /** Resolves when the message is stored. */
  publish(channel: string, content: string, options: HttpPublishOptions = {}): Promise<Stored> {
    return this.publishing.publish(channel, content, options);
  }

  /**
   * Publishes up to 100 messages in one request, in order. Resolves with the result of each message.
   *
   * @throws HubHttpError if the request failed as a whole; RangeError
   */
  publishBatch(
    messages: readonly BatchMessage[],
    options: BatchOptions = {},
  ): Promise<readonly (Stored | HubHttpError)[]> {
    return this.publishing.publishBatch(messages, options);
  }

  /**
   * Reads the stored messages of a channel.
   *
   * @param channel the channel
   * @param page messages after the position `after`, or from the oldest on; `limit` is 1-1,000, and 100 by default
   * @throws HubHttpError with status 410 if the hub no longer keeps all of it
   */
  async history(channel: string, page: { after?: string; limit?: number } = {}): Promise<History> {
    return historyIn(await this.get(`/v1/channels/${encodeURIComponent(channel)}/messages`, page));
  }

  /** Lists channels with subscribers, one page at a time. */
  async channels(page: { prefix?: string; cursor?: string } = {}): Promise<ChannelPage> {
    return channelsIn(await this.get('/v1/channels', page));
  }

  async info(): Promise<HubInfo> {
    return infoIn(await this.get('/v1/info'));
  }

  /** Closes connections, on all hubs. */
  async disconnect({ code, reason, ...target }: Disconnect): Promise<void> {
    const whose = 'user' in target ? { user: target.user } : { client_id: target.clientId };
    await this.post('/v1/disconnect', { ...whose, code, reason });
  }

  /** Revokes tokens, on all hubs. */
  async revoke({ user, tokenId, issuedBefore, until }: Revoke): Promise<void> {
    await this.post('/v1/revocations', { user, token_id: tokenId, issued_before: issuedBefore, until });
  }

  /**
   * Listens to channels over successive event streams: every message once and in order, across disconnects. Messages
   * that the loop is too slow for stay in the hub's log, within its retention.
   *
   * @throws HubHttpError when the hub asks the client not to reconnect
   */
  listen(options: ListenOptions): AsyncGenerator<ListenEvent, void, undefined> {
    return new Listening(options, this.settings).events();
  }

  private get(
    path: string,
    query: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<unknown> {
    return this.requests.send({
      method: 'GET',
      path: `${path}${queryOf(Object.entries(query))}`,
      isRepeatable: true,
    });
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.requests.send({ method: 'POST', path, body, isRepeatable: true });
  }
}

function settingsOf(options: HubHttpClientOptions): RequestSettings {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, signal, onRetry = () => undefined } = options;
  return {
    base: baseOf(options.url),
    fetch: options.fetch ?? globalThis.fetch,
    credentials: new HttpCredentials(options),
    policy: { ...DEFAULT_RETRIES, ...options.retries },
    random: options.random ?? Math.random,
    timers: options.timers ?? systemTimers,
    timeoutMs,
    signal,
    onRetry,
  };
}

/** @throws Error that does not quote the URL if it may contain a password */
function baseOf(url: string): string {
  const { protocol, origin, pathname, search, hash, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new Error('the URL must begin with http:// or https://');
  if (username + password !== '') throw new Error('the URL must have no user and no password');
  if (search + hash !== '') throw new Error('the URL must have no query and no fragment');
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
