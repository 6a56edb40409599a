import {
  HubHttpClient,
  type HubHttpClientOptions,
  HubHttpError,
  type ListenEvent,
} from '@ws-hub/hub-client/http';
import { HttpWire } from './http-wire.js';
import { type Hears, type Listener, WAITS } from './way.js';

/** Listens to event streams. */
export class EventStreamListener implements Listener {
  isConnected = false;
  hasStopped = false;
  readonly isResumable = true;
  whyGone = 'no answer';
  isWithoutAccess = false;
  readonly wire = new HttpWire();
  private readonly ending = new AbortController();
  private readonly client: HubHttpClient;
  private readonly listeners: Hears[] = [];
  private listening: Promise<void> | undefined;

  constructor(
    options: Pick<HubHttpClientOptions, 'url' | 'token' | 'apiKey'>,
    private readonly channel: string,
  ) {
    this.client = new HubHttpClient({ ...options, fetch: this.wire.fetch });
  }

  listen(hears: Hears): void {
    this.listeners.push(hears);
  }

  start(): void {
    this.listening = this.hearAll();
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.listening;
  }

  private async hearAll(): Promise<void> {
    const { channel, ending } = this;
    try {
      for await (const event of this.client.listen({ channels: [channel], ...WAITS, signal: ending.signal }))
        this.hear(event);
    } catch (error) {
      if (!(error instanceof HubHttpError)) throw error;
      this.gone(error);
      this.hasStopped = true;
      this.isWithoutAccess = error.meansNoAccess;
    }
  }

  private hear(event: ListenEvent): void {
    if (event.type === 'disconnected') this.gone(event.error);
    if (event.type === 'connected') this.isConnected = true;
    for (const hears of this.listeners) {
      if (event.type === 'connected') hears.connected();
      if (event.type === 'message') hears.message(event.message);
      if (event.type === 'gap') hears.gap();
      if (event.type === 'malformed') hears.malformed();
    }
  }

  private gone({ message }: HubHttpError): void {
    this.isConnected = false;
    this.whyGone = message;
  }
}
