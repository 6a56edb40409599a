import { CHANNEL_RULE, isChannelName, isToken, TOKEN_RULE } from '@ws-hub/protocol';
import { Changes } from './changes.js';
import { FrameLog, type FrameRecorder } from './frame-log.js';
import { Line } from './line.js';
import type { Connect, HeardMessage, PaneClient, PaneDialect, PaneListener } from './pane-client.js';
import { connectPlain } from './plain-client.js';
import { connectSse } from './sse-client.js';
import { Talk } from './talk.js';
import { connectV1 } from './v1-client.js';

const CONNECT: Readonly<Record<PaneDialect, Connect>> = {
  'hub.v1': connectV1,
  plain: connectPlain,
  sse: connectSse,
};

export type PaneStatus = 'off' | 'connecting' | 'connected' | 'cut' | 'waiting' | 'stopped';

export interface PaneSettings {
  readonly base: string;
  readonly dialect: PaneDialect;
  readonly channel: string;
  readonly token: string;
}

/** One client with everything shown of it. Views listen to `changes`. */
export class PaneModel {
  readonly changes = new Changes();
  readonly frames = new FrameLog(() => this.changes.tell());
  readonly talk = new Talk(() => this.changes.tell());
  status: PaneStatus = 'off';
  /** Why it is not connected, in words. */
  fault: string | undefined;
  clientId: string | undefined;
  private readonly line = new Line();
  private client: PaneClient | undefined;
  /** Grows with each client that comes or goes. */
  private connection = 0;

  constructor(
    readonly name: string,
    public settings: PaneSettings,
  ) {}

  get isOn(): boolean {
    return this.client !== undefined;
  }

  get isCut(): boolean {
    return this.line.isCut;
  }

  /** Reconnects, with other settings if given. */
  connect(settings: Partial<PaneSettings> = {}): void {
    this.disconnect();
    this.settings = { ...this.settings, ...settings };
    this.fault = faultIn(this.settings);
    if (this.fault !== undefined) {
      this.become('stopped');
      return;
    }
    const { base, dialect, channel, token } = this.settings;
    const { line } = this;
    this.become('connecting');
    const target = { base, channel, line, frames: this.recorder(), token: token === '' ? undefined : token };
    this.client = CONNECT[dialect](target, this.listener());
  }

  disconnect(): void {
    this.line.mend();
    const { client } = this;
    this.client = undefined;
    this.connection++;
    if (client !== undefined) this.frames.note('the client disconnects');
    client?.close();
    this.become('off');
  }

  /** Reconnects with other settings, if it was connected. */
  change(settings: Partial<PaneSettings>): void {
    if (this.isOn) {
      this.connect(settings);
      return;
    }
    this.settings = { ...this.settings, ...settings };
    this.changes.tell();
  }

  cut(): void {
    this.line.cut();
    this.talk.add({ kind: 'note', content: 'The connection is cut.' });
    this.become('cut');
  }

  mend(): void {
    this.line.mend();
    if (this.status === 'cut') this.become('waiting');
  }

  async say(content: string): Promise<void> {
    const { client } = this;
    const seq = this.talk.add({ kind: 'said', content, state: 'sending' });
    try {
      if (client === undefined) throw new Error('not sent: not connected');
      this.talk.settle(seq, await client.say(content));
    } catch (error) {
      this.talk.settle(seq, 'failed', (error as Error).message);
    }
  }

  clear(): void {
    this.frames.clear();
    this.talk.clear();
  }

  /** Late frames of a replaced client, such as its close, are not recorded for the next one. */
  private recorder(): FrameRecorder {
    const guarded = this.guard();
    const { frames } = this;
    return {
      sent: guarded((text: string) => frames.sent(text)),
      received: guarded((text: string) => frames.received(text)),
      note: guarded((text: string, since?: string) => frames.note(text, since)),
    };
  }

  /** Lets calls through until this client is replaced. */
  private guard() {
    const { connection } = this;
    return <Args extends unknown[]>(take: (...args: Args) => void) =>
      (...args: Args) => {
        if (connection === this.connection) take(...args);
      };
  }

  /** A client that was replaced reports nothing. */
  private listener(): PaneListener {
    const { dialect } = this.settings;
    const guarded = this.guard();
    return {
      connected: guarded((clientId: string | undefined) => {
        this.clientId = clientId;
        this.become('connected');
      }),
      heard: guarded((message: HeardMessage) => this.heard(message)),
      missed: guarded(() => this.talk.add({ kind: 'note', content: MISSED[dialect] })),
      told: guarded((content: string) => this.talk.add({ kind: 'note', content })),
      disconnected: guarded(() => this.become(this.isCut ? 'cut' : 'waiting')),
      stopped: guarded((why: string) => this.stopped(why)),
    };
  }

  private heard({ clientId, user, timestamp, content }: HeardMessage): void {
    const { isReplaying: isReplay } = this.frames;
    this.talk.add({ kind: 'heard', who: user ?? clientId, content, isReplay }, timestamp * 1_000);
  }

  private stopped(why: string): void {
    this.disconnect();
    this.fault = `The hub asked not to reconnect: ${why}`;
    this.become('stopped');
  }

  private become(status: PaneStatus): void {
    this.status = status;
    this.changes.tell();
  }
}

const MISSED: Readonly<Record<PaneDialect, string>> = {
  'hub.v1': 'A gap: the hub no longer has all of the messages, so some were missed.',
  plain: 'Messages sent in between are lost: plain has no replay.',
  sse: 'A gap: messages were missed.',
};

/** Why a client cannot connect, in words. */
function faultIn({ channel, token }: PaneSettings): string | undefined {
  if (!isChannelName(channel)) return `"${channel}" is not a channel name; allowed: ${CHANNEL_RULE}`;
  if (token !== '' && !isToken(token)) return `The token must be ${TOKEN_RULE}.`;
  return undefined;
}
