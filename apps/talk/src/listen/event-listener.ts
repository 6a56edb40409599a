import { hubHttpUrl } from '@ws-hub/config';
import { type HubHttpClient, HubHttpError, type ListenEvent } from '@ws-hub/hub-client/http';
import { DEFAULT_CHANNEL } from '@ws-hub/protocol';
import { EXIT } from '../config/exit-codes.js';
import type { ListenConfig } from '../config/listen.config.js';
import { describeHttpError } from '../describe-http-error.js';
import { httpClientOf } from '../http-client-of.js';
import { Patience } from '../patience.js';
import type { Desk } from './desk.js';

/** Listens to event streams until the command ends, and prints what it receives. */
export class EventListener {
  private readonly client: HubHttpClient;
  private readonly patience: Patience;
  private readonly ending = new AbortController();
  private channels: readonly string[];
  private since: string | undefined;
  private isConnected = false;
  private wasConnected = false;
  private whyGone = 'no answer';

  constructor(
    config: ListenConfig,
    private readonly desk: Desk,
  ) {
    const { channels, timeoutMs, url } = config;
    this.channels = channels.length > 0 ? channels : [hubHttpUrl(url).channel ?? DEFAULT_CHANNEL];
    this.client = httpClientOf(config, {});
    this.patience = new Patience(
      timeoutMs,
      () => !this.isConnected,
      () => this.giveUp(timeoutMs),
    );
    desk.leaving.onBegin(() => this.ending.abort());
  }

  /** Resolves when the command ends, or all that is wanted was printed. */
  async listen(): Promise<void> {
    this.patience.expect();
    while (!this.desk.leaving.hasBegun) {
      try {
        await this.hear();
        return;
      } catch (error) {
        if (!(error instanceof HubHttpError)) throw error;
        this.refused(error);
      }
    }
  }

  private async hear(): Promise<void> {
    const { channels, since, ending } = this;
    for await (const event of this.client.listen({ channels, since, signal: ending.signal })) {
      if (event.type === 'disconnected') this.disconnected(event);
      else this.since = event.lastEventId;
      if (event.type === 'connected') this.connected(event);
      if (event.type === 'gap') this.desk.notices.tell('gap: messages were missed');
      if (event.type === 'malformed') this.desk.notices.tell(`not a message: ${event.text.slice(0, 100)}`);
      if (event.type === 'message' && (await this.desk.printer.print(event.message))) return;
    }
  }

  private connected({ clientId }: Extract<ListenEvent, { type: 'connected' }>): void {
    const { notices } = this.desk;
    notices.tell(
      this.wasConnected ? 'reconnected' : `listening to ${this.channels.join(', ')} as ${clientId}`,
    );
    this.isConnected = this.wasConnected = true;
    this.patience.progress();
  }

  private disconnected({ error, delayMs }: Extract<ListenEvent, { type: 'disconnected' }>): void {
    this.isConnected = false;
    this.whyGone = error.message;
    this.patience.expect();
    const again = `retrying in ${(delayMs / 1_000).toFixed(1)} s`;
    this.desk.notices.tell(`not connected: ${error.message}; ${again}`);
  }

  /** The hub asks not to reconnect; without the channels that it names, it may say something else. */
  private refused(error: HubHttpError): void {
    const { notices, leaving } = this.desk;
    const { channels = [], detail } = error;
    const rest = this.channels.filter((name) => !channels.includes(name));
    if (rest.length === this.channels.length) {
      const exitCode = error.meansNoAccess ? EXIT.noPermission : EXIT.unavailable;
      leaving.begin(exitCode, `not reconnecting: ${describeHttpError(error)}`);
      return;
    }
    notices.tell(`not subscribed to ${channels.join(', ')}: ${detail}`);
    this.channels = rest;
    if (rest.length === 0) leaving.begin(EXIT.noPermission, 'the credentials allow none of the channels');
  }

  private giveUp(timeoutMs: number): void {
    this.desk.leaving.begin(EXIT.unavailable, `no connection for ${timeoutMs} ms: ${this.whyGone}`);
  }
}
