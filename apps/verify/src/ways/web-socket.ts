import { PathHint } from '@ws-hub/config';
import {
  type Dialect,
  type Ending,
  HubClient,
  type HubClientOptions,
  meansNoAccess,
  type PublishError,
} from '@ws-hub/hub-client';
import { type Hears, type Listener, type Outcome, type Talker, WAITS } from './way.js';
import { WebSocketWire } from './web-socket-wire.js';

/** Talks and listens over a WebSocket. */
export class WebSocketWay implements Talker, Listener {
  hasStopped = false;
  hint: string | undefined;
  private dialect: Dialect | undefined;
  private lastEnding: Ending | undefined;
  readonly wire = new WebSocketWire();
  private readonly client: HubClient;

  /** @param channels left out for that of the URL; none at all only talks */
  constructor(options: Pick<HubClientOptions, 'url' | 'token' | 'channels'>) {
    this.client = new HubClient({ ...options, ...WAITS, open: this.wire.open });
    this.client.on('connected', ({ dialect }) => {
      this.dialect = dialect;
    });
    const pathHint = new PathHint(options.url);
    this.client.on('disconnected', (ending) => {
      this.lastEnding = ending;
      this.hint ??= pathHint.after(ending);
    });
    this.client.on('stopped', () => {
      this.hasStopped = true;
    });
  }

  get isConnected(): boolean {
    return this.client.connected;
  }

  get isResumable(): boolean {
    return this.dialect === 'hub.v1';
  }

  get isWithoutAccess(): boolean {
    return this.hasStopped && this.lastEnding !== undefined && meansNoAccess(this.lastEnding);
  }

  get whyGone(): string {
    const { code, reason, error } = this.lastEnding ?? { code: 1006, reason: 'no answer' };
    return error?.message ?? `${code} ${reason}`.trimEnd();
  }

  start(): void {
    this.client.start();
  }

  close(): Promise<void> {
    return this.client.close();
  }

  publish(content: string): Promise<Outcome> {
    return this.client.publish(content).then(
      ({ id, duplicate }) => ({ fate: 'acked', id, duplicate }),
      ({ reason }: PublishError) => ({ fate: reason === 'outcome_unknown' ? 'unknown' : 'refused' }),
    );
  }

  listen(hears: Hears): void {
    this.client.on('connected', () => hears.connected());
    this.client.on('message', (message) => hears.message(message));
    this.client.on('gap', () => hears.gap());
    this.client.on('malformed', () => hears.malformed());
  }
}
