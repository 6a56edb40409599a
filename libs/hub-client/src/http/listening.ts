import { CHANNEL_PARAMETER, CHANNEL_RULE, CLOSE, closeMeansStop, isChannelName } from '@ws-hub/protocol';
import { type Backoff, backoffMs } from '../backoff.js';
import { eventStream } from './event-stream.js';
import type { StreamEvent } from './event-stream-parser.js';
import type { Signal } from './fetch.js';
import { closedError, HubHttpError, lostError } from './http-error.js';
import { endIn, type ListenEvent, listenEventsOf } from './listen-events.js';
import { queryOf } from './query.js';
import { orNoCredentials, type RequestSettings } from './requests.js';
import { wait } from './wait.js';

const DEFAULT_INITIAL_MS = 1_000;
const DEFAULT_MAX_MS = 30_000;
const DEFAULT_SILENCE_TIMEOUT_MS = 60_000;

export interface ListenOptions extends Partial<Backoff> {
  /** One or more. */
  readonly channels: readonly string[];
  /** A `lastEventId` of an earlier listener, or the `position` of a page of history. Everything after it is delivered. */
  readonly since?: string | undefined;
  /** Ends the loop. */
  readonly signal?: Signal | undefined;
  /** A hub that has sent nothing for this many milliseconds counts as gone; 60,000 by default. */
  readonly silenceTimeoutMs?: number | undefined;
  /** Maximum characters of an event; a longer one ends the loop with an error. 16 Mi by default. */
  readonly maxEventLength?: number | undefined;
}

/** Listens over successive event streams. Each resumes where the last one ended. */
export class Listening {
  private lastEventId: string | undefined;
  private readonly signal: Signal | undefined;
  private readonly backoff: Backoff;
  /** Attempts since the last sign that the hub lets this client listen. */
  private attempts = 0;

  /** @throws Error if the name of a channel is invalid */
  constructor(
    private readonly options: ListenOptions,
    private readonly settings: RequestSettings,
  ) {
    const { channels, initialMs = DEFAULT_INITIAL_MS, maxMs = DEFAULT_MAX_MS } = options;
    const bad = channels.find((name) => !isChannelName(name));
    if (bad !== undefined) throw new Error(`"${bad}" is not a channel name; allowed: ${CHANNEL_RULE}`);
    if (channels.length === 0) throw new Error('no channel to listen to; allowed: one or more');
    this.lastEventId = options.since;
    this.signal = options.signal ?? settings.signal;
    this.backoff = { initialMs, maxMs };
  }

  /** @throws HubHttpError when the hub asks the client not to reconnect */
  async *events(): AsyncGenerator<ListenEvent, void, undefined> {
    while (!this.signal?.aborted) {
      const end = yield* this.hearOnce();
      if (this.signal?.aborted) return;
      const { error } = end;
      const delayMs = await this.delayAfter(end);
      if (delayMs === undefined) throw error;
      yield { type: 'disconnected', error, delayMs };
      await wait(delayMs, this.settings.timers, this.signal);
    }
  }

  private async *hearOnce(): AsyncGenerator<ListenEvent, End, undefined> {
    let shown: string | undefined;
    try {
      shown = await orNoCredentials(this.settings.credentials.get());
      for await (const event of this.stream(shown)) {
        const end = endIn(event);
        if (end !== undefined)
          return { error: closedError(end.code, end.reason), retryMs: event.retryMs, shown };
        this.lastEventId = event.lastEventId;
        // Only what follows the welcome counts: streams that repeatedly end right after it are retried ever later.
        if (event.name !== 'welcome') this.attempts = 0;
        yield* listenEventsOf(event);
      }
      return { error: lostError(undefined), retryMs: undefined, shown };
    } catch (error) {
      if (error instanceof HubHttpError) return { error, retryMs: undefined, shown };
      throw error;
    }
  }

  private stream(shown: string | undefined): AsyncGenerator<StreamEvent, void, undefined> {
    const { silenceTimeoutMs = DEFAULT_SILENCE_TIMEOUT_MS, maxEventLength, channels } = this.options;
    const { base, fetch, timeoutMs, timers } = this.settings;
    const { lastEventId, signal } = this;
    const query = queryOf(channels.map((name) => [CHANNEL_PARAMETER, name]));
    return eventStream({
      ...{ fetch, timeoutMs, timers, signal, lastEventId, silenceTimeoutMs, maxEventLength },
      url: `${base}/v1/events${query}`,
      headers: shown === undefined ? {} : { authorization: `Bearer ${shown}` },
    });
  }

  /** @returns the wait before the next attempt in milliseconds; undefined to stop */
  private async delayAfter({ error, retryMs, shown }: End): Promise<number | undefined> {
    const isHurried = this.attempts++ === 0;
    if (wantsOtherCredentials(error)) return this.delayOfOthers(error, shown, isHurried);
    if (error.closeCode === undefined ? !error.isTemporary : closeMeansStop(error.closeCode))
      return undefined;
    const { random } = this.settings;
    // The hub has spread the waits of the listeners that it sends away.
    return retryMs ?? (error.retryAfterMs ?? 0) + backoffMs(this.attempts, this.backoff, random);
  }

  private async delayOfOthers(
    error: HubHttpError,
    shown: string | undefined,
    isHurried: boolean,
  ): Promise<number | undefined> {
    const { credentials, random } = this.settings;
    const backoff = () => backoffMs(this.attempts, this.backoff, random);
    try {
      if (await credentials.renew(shown)) return isHurried ? 0 : backoff();
    } catch {
      // The token issuer may be available again later.
      return backoff();
    }
    // The same credentials can only work again if they have just expired and are about to be renewed.
    return error.closeCode === CLOSE.credentialsExpired && credentials.areRenewable ? backoff() : undefined;
  }
}

/** How a stream has ended. */
interface End {
  readonly error: HubHttpError;
  /** The last `retry:` of the hub. */
  readonly retryMs: number | undefined;
  /** The credentials that it was opened with. */
  readonly shown: string | undefined;
}

function wantsOtherCredentials({ status, closeCode }: HubHttpError): boolean {
  return status === 401 || closeCode === CLOSE.credentialsExpired || closeCode === CLOSE.unauthorized;
}
