import { backoffMs } from '@ws-hub/hub-client';
import { EventStreamParser, type StreamEvent } from '@ws-hub/hub-client/http';
import { CHANNEL_PARAMETER, closeMeansStop } from '@ws-hub/protocol';
import { BACKOFF, type PaneClient, type PaneListener, type PaneTarget } from './pane-client.js';
import { over, recordedFetch } from './recorded-fetch.js';

/** A refusal that passes. */
const PASSES = (status: number) => status === 408 || status === 429 || status >= 500;

/** Maximum characters of an event: something other than a hub may answer. */
const MAX_EVENT_LENGTH = 2 ** 22;

/**
 * A client over HTTP: it listens to an event stream, and publishes with POST. The client library's own is not used: with its
 * retries, batches and history it is four times the size, and a person sends one request at a time.
 */
export function connectSse(target: PaneTarget, listener: PaneListener): PaneClient {
  const client = new SseClient(target, listener);
  void client.listen();
  return client;
}

class SseClient implements PaneClient {
  private readonly ending = new AbortController();
  private attempt = 0;
  private lastEventId: string | undefined;

  constructor(
    private readonly target: PaneTarget,
    private readonly listener: PaneListener,
  ) {}

  say(content: string): Promise<'stored'> {
    return over(this.target.line, this.ending.signal, (signal) => this.post(content, signal));
  }

  private async post(content: string, signal: AbortSignal): Promise<'stored'> {
    const { base, channel, frames } = this.target;
    const path = `v1/channels/${encodeURIComponent(channel)}/messages`;
    const request = {
      method: 'POST',
      url: new URL(path, base).href,
      headers: { ...this.credentials, 'content-type': 'application/json' },
      body: JSON.stringify({ content }),
    } as const;
    const response = await recordedFetch(request, this.target, signal);
    const text = await response.text();
    frames.received(`${response.status} ${text}`);
    if (!response.ok) throw new Error(whyOf(response.status, text));
    return 'stored';
  }

  close(): void {
    this.ending.abort();
  }

  /** Over one stream after the other, each of which continues where the last one has ended. */
  async listen(): Promise<void> {
    const { signal } = this.ending;
    while (!signal.aborted) {
      const why = await over(this.target.line, signal, (either) => this.hearOnce(either));
      if (signal.aborted) return;
      if (why !== undefined) return this.listener.stopped(why);
      this.listener.disconnected();
      const delayMs = backoffMs(++this.attempt, BACKOFF, Math.random);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }

  /** @returns why no further stream is opened */
  private async hearOnce(signal: AbortSignal): Promise<string | undefined> {
    try {
      const response = await this.open(signal);
      const { status, body } = response;
      if (status === 200 && body !== null) return await this.hear(body.getReader());
      const text = await response.text();
      this.target.frames.received(`${status} ${text}`);
      return PASSES(status) ? undefined : whyOf(status, text);
    } catch (error) {
      // A lost network, which may recover; anything else is a fault, of an answer or of this page.
      return error instanceof TypeError || this.ending.signal.aborted ? undefined : (error as Error).message;
    }
  }

  private open(signal: AbortSignal): Promise<Response> {
    const url = new URL('v1/events', this.target.base);
    url.searchParams.set(CHANNEL_PARAMETER, this.target.channel);
    const { lastEventId: since } = this;
    const headers = {
      ...this.credentials,
      accept: 'text/event-stream',
      ...(since !== undefined && { 'last-event-id': since }),
    };
    return recordedFetch({ method: 'GET', url: url.href, headers, since }, this.target, signal);
  }

  private async hear(stream: ReadableStreamDefaultReader<Uint8Array>): Promise<string | undefined> {
    this.target.frames.note('200, an event stream');
    const parser = new EventStreamParser(this.lastEventId, MAX_EVENT_LENGTH);
    for (;;) {
      const { done, value } = await this.next(stream);
      if (done) return undefined;
      for (const event of parser.push(value)) {
        const why = this.take(event);
        if (why !== undefined) return why;
      }
    }
  }

  /** A stream that ends, or is cut, leaves a note. */
  private async next(stream: ReadableStreamDefaultReader<Uint8Array>) {
    const { frames } = this.target;
    try {
      const piece = await stream.read();
      if (piece.done) frames.note('the stream has ended');
      return piece;
    } catch (error) {
      frames.note((error as Error).message);
      throw error;
    }
  }

  /** @returns why no further stream is opened */
  private take({ name, data, lastEventId }: StreamEvent): string | undefined {
    const { listener } = this;
    this.target.frames.received(data);
    const event = JSON.parse(data);
    if (name === 'closed' || name === 'expired')
      return closeMeansStop(event.code) ? `${event.code} ${event.reason}` : undefined;
    this.lastEventId = lastEventId;
    if (name !== 'welcome') this.attempt = 0;
    else {
      listener.connected(event.client_id);
      if (!event.recovered) listener.missed();
    }
    if (name === '') listener.heard({ ...event, clientId: event.client_id });
    return undefined;
  }

  private get credentials(): Readonly<Record<string, string>> {
    const { token } = this.target;
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }
}

/** In the hub's own words, where it is the hub that answers. */
function whyOf(status: number, text: string): string {
  try {
    const { title, detail } = JSON.parse(text);
    return `HTTP ${status} ${[title, detail].filter(Boolean).join(': ')}`;
  } catch {
    // A proxy answers with a page.
    return `HTTP ${status}`;
  }
}
