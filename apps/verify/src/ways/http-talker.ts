import {
  type BatchResult,
  HubHttpClient,
  type HubHttpClientOptions,
  HubHttpError,
  MAX_BATCH,
} from '@ws-hub/hub-client/http';
import { HttpWire } from './http-wire.js';
import { type Outcome, type Talker, WAITS } from './way.js';

/** The hub knows the caller, but the caller may not do this. */
const FORBIDDEN = 403;

interface Waiting {
  readonly content: string;
  readonly settle: (outcome: Outcome) => void;
}

/** Talks over HTTP: one request at a time, of all that waits for it. */
export class HttpTalker implements Talker {
  isConnected = false;
  hasStopped = false;
  readonly isResumable = true;
  whyGone = 'no answer';
  isWithoutAccess = false;
  readonly wire = new HttpWire();
  private readonly ending = new AbortController();
  private readonly client: HubHttpClient;
  private waiting: Waiting[] = [];
  private sending: Promise<void> | undefined;

  constructor(
    options: Pick<HubHttpClientOptions, 'url' | 'token' | 'apiKey'>,
    private readonly channel: string,
  ) {
    this.client = new HubHttpClient({
      ...options,
      fetch: this.wire.fetch,
      signal: this.ending.signal,
      retries: { ...WAITS, attempts: Number.POSITIVE_INFINITY },
      onRetry: ({ message }) => {
        this.whyGone = message;
      },
    });
  }

  /** HTTP has no connection, so this checks whether a hub answers. */
  start(): void {
    void this.client.info().then(
      () => this.begin(),
      (error: HubHttpError) => (error.status === FORBIDDEN ? this.begin() : this.stop(error)),
    );
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.sending;
  }

  publish(content: string): Promise<Outcome> {
    return new Promise((settle) => {
      this.waiting.push({ content, settle });
      this.sending ??= this.sendAll().finally(() => {
        this.sending = undefined;
      });
    });
  }

  private begin(): void {
    this.isConnected = true;
  }

  private stop(error: HubHttpError): void {
    this.isConnected = false;
    this.hasStopped = true;
    this.whyGone = error.message;
    this.isWithoutAccess = error.meansNoAccess;
  }

  private async sendAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      const outcomes = await this.send(batch.map(({ content }) => content));
      for (const [n, { settle }] of batch.entries()) settle(outcomes[n] as Outcome);
    }
  }

  /** Single messages and batches are different routes; both are exercised. */
  private async send(contents: readonly string[]): Promise<Outcome[]> {
    const { client, channel } = this;
    const [first] = contents;
    try {
      const results =
        contents.length === 1 && first !== undefined
          ? [await client.publish(channel, first)]
          : await client.publishBatch(contents.map((content) => ({ channel, content })));
      return results.map(outcomeOf);
    } catch (error) {
      if (!(error instanceof HubHttpError)) throw error;
      if (!error.isTemporary) this.stop(error);
      return contents.map(() => outcomeOf(error));
    }
  }
}

function outcomeOf(result: BatchResult): Outcome {
  if (!(result instanceof HubHttpError)) return { fate: 'acked', ...result };
  return { fate: result.isOutcomeUnknown ? 'unknown' : 'refused' };
}
