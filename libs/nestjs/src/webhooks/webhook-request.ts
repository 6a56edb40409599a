import { createHash } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import { FetchError, fetchStatus } from '../auth/fetch-text.js';
import { WebhookSigner } from '../auth/webhook-signer.js';
import type { WebhookEvent } from './webhook-event.js';
import type { WebhookOptions } from './webhook-options.js';

const LIMITS = { timeoutMs: 5_000, maxBytes: 16 * 1024 };
/** The receiver rejects all further events (Standard Webhooks, "Response codes"). */
const GONE = 410;

/** The result of a request: accepted, retryable, or rejected permanently. */
export type Told =
  | { readonly result: 'taken' }
  | { readonly result: 'failed' | 'gone'; readonly reason: string };

/** Sends events to the receiver, signed as *Standard Webhooks* specifies. */
export class WebhookRequest {
  private readonly signer: WebhookSigner;

  constructor(
    private readonly options: Pick<WebhookOptions, 'webhookUrl' | 'webhookSecrets'>,
    private readonly clock: Clock,
    private readonly limits = LIMITS,
  ) {
    this.signer = new WebhookSigner(options.webhookSecrets);
  }

  /** @param stop aborts the request */
  async send(events: readonly WebhookEvent[], stop: AbortSignal): Promise<Told> {
    const body = JSON.stringify({ events });
    const headers = {
      'content-type': 'application/json',
      ...this.signer.headersOf(idOf(events), this.clock.unixSeconds(), body),
    };
    try {
      const { webhookUrl: url } = this.options;
      return judge(await fetchStatus(url, { method: 'POST', headers, body }, this.limits, stop));
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      return { result: 'failed', reason: error.message };
    }
  }
}

/** Redirects are not followed: they would lead to a server that the operator did not choose. */
function judge(status: number): Told {
  if (status >= 200 && status < 300) return { result: 'taken' };
  return { result: status === GONE ? 'gone' : 'failed', reason: `the answer has status ${status}` };
}

/** The same for the same events, on every attempt and every hub. */
function idOf(events: readonly WebhookEvent[]): string {
  const ids = events.map(({ id }) => id).join('\n');
  return `batch_${createHash('sha256').update(ids).digest('base64url')}`;
}
