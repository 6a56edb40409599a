import { CHANNEL_PARAMETER, DEFAULT_CHANNEL, type Position, type Subscribe } from '@ws-hub/protocol';
import type { Backoff } from './backoff.js';
import { Channels, checkedNames } from './channels.js';
import type { ClientEvents, Tell } from './client-events.js';
import type { Memory } from './conversation.js';
import { Credentials } from './credentials.js';
import { Delivery } from './delivery.js';
import { Emitter } from './emitter.js';
import { PublishError } from './errors.js';
import type { ReceivedMessage } from './inbox.js';
import type { ConnectionSettings } from './kept-connection.js';
import { Outbox } from './outbox.js';
import type { Published, PublishOptions } from './outbox-entry.js';
import { Speaker } from './speaker.js';
import { systemTimers, type Timers } from './timers.js';
import type { TokenFunction } from './token-source.js';
import type { Ending, Open } from './transport.js';

const FLUSH_TIMEOUT_MS = 5_000;
const DEFAULT_INITIAL_MS = 1_000;
const DEFAULT_MAX_MS = 30_000;
const DEFAULT_SILENCE_TIMEOUT_MS = 60_000;
const CLOSED = 'the client was closed';

export interface HubClientOptions extends Partial<Backoff> {
  /** ws:// or wss:// URL of the hub, with `?channel=` if the channel is not `main`. */
  readonly url: string;
  /** The channels to subscribe to. By default the channel of the URL; none if empty. */
  readonly channels?: readonly string[];
  /** The `session` of an earlier client, to keep its identity. */
  readonly session?: string;
  /** The `position` of an earlier client, to resume from there. */
  readonly since?: Position;
  /**
   * The token, or a function that returns one. The function is called before a connection attempt, before the token
   * expires, and when the hub has rejected the token.
   */
  readonly token?: string | TokenFunction;
  /**
   * Called with each `publish` for the parent span of the message: a W3C traceparent, or undefined for none. If it
   * throws, `publish` throws.
   */
  readonly trace?: () => string | undefined;
  /** A hub that has sent nothing for this long, in milliseconds, counts as gone. Default: 60,000. */
  readonly silenceTimeoutMs?: number;
  /** The transport. By default that of the platform. */
  readonly open?: Open;
  /** Returns a number from 0 up to but not including 1. */
  readonly random?: () => number;
  readonly timers?: Timers;
}

/**
 * A client that keeps a connection to a hub until `close`, or until the hub asks it not to reconnect.
 *
 * In hub.v1: every message of its channels exactly once, in the one order that all clients see, and everything that was
 * acknowledged was stored, as long as there is no `gap` event. With a hub that only supports plain: at most once, while
 * connected.
 */
export class Client extends Emitter<ClientEvents> {
  private readonly memory: Memory;
  private readonly speaker: Speaker;
  private readonly trace: () => string | undefined;
  private whyClosed: string | undefined;
  private closing: Promise<void> | undefined;

  /** @throws Error if the URL, the name of a channel or the token is invalid */
  constructor(options: HubClientOptions & { readonly open: Open }) {
    super();
    const settings = settingsOf(options);
    this.trace = options.trace ?? (() => undefined);
    const tell: Tell = (name, ...args) => this.emit(name, ...args);
    this.memory = this.remember(options, settings, tell);
    this.speaker = new Speaker(settings, this.memory, tell, (ending) => this.speakerOnStopped(ending));
  }

  /** Whether the client has a welcome from the hub and a connection, as far as it knows. */
  get connected(): boolean {
    return this.speaker.isEstablished;
  }

  /** The client's own id. Undefined before the first connection, and with plain in browsers. */
  get clientId(): string | undefined {
    return this.memory.clientId;
  }

  /** The user in the client's token, as reported by the hub; hub.v1 only. Undefined for an anonymous client. */
  get user(): string | undefined {
    return this.memory.user;
  }

  /** The proof of this client's identity, to pass on to a client that takes over; hub.v1 only. */
  get session(): string | undefined {
    return this.memory.session;
  }

  /** The position in the log up to which the application has handled everything; hub.v1 only. */
  get position(): Position | undefined {
    return this.memory.delivery.handled;
  }

  /** The channels that the client is subscribed to. */
  get channels(): readonly string[] {
    return this.memory.channels.names;
  }

  /**
   * Starts to keep a connection, and returns at once. Does nothing if it already does. If the client is closing, it
   * starts again afterwards; messages that were published in the meantime, or not acknowledged, wait for that.
   */
  start(): void {
    if (this.whyClosed !== undefined && this.closing) this.memory.delivery.finish();
    this.whyClosed = undefined;
    if (this.closing === undefined) this.speaker.connection.start();
  }

  /**
   * Publishes a text to all other clients on a channel. With hub.v1 it resolves when the hub has stored the message,
   * however many connections that takes. In plain it resolves when the message is passed to the connection, and rejects
   * while there is none.
   *
   * @param content the text
   * @param options the channel, and how the message is sent
   * @returns the acknowledgement; rejects with a PublishError
   */
  publish(content: string, options: PublishOptions = {}): Promise<Published> {
    if (this.whyClosed !== undefined)
      return Promise.reject(new PublishError('closed', this.whyClosed, options.key ?? ''));
    const { trace = this.trace() } = options;
    const published = this.memory.outbox.add(content, { ...options, trace });
    this.speaker.judgePause();
    return published;
  }

  /** Subscribes to more channels. Resolves when the hub has confirmed it; rejects if the hub does. */
  subscribe(...names: readonly string[]): Promise<void> {
    return this.change('subscribe', names);
  }

  /** Unsubscribes from channels. Resolves when the hub has confirmed it; until then messages may still arrive. */
  unsubscribe(...names: readonly string[]): Promise<void> {
    return this.change('unsubscribe', names);
  }

  /**
   * Iterates over the messages from now on, in order. The buffer is bounded: when it is full the client receives no
   * more messages until there is room, and fetches them then. The loop may publish and wait for the result. Ends with
   * `close`, and throws when the hub asks the client not to reconnect.
   *
   * @throws Error if another iteration is running
   */
  messages(): AsyncIterableIterator<ReceivedMessage, undefined> {
    const inbox = this.memory.delivery.read();
    if (this.whyClosed !== undefined) this.memory.delivery.finish();
    return inbox;
  }

  /**
   * Closes the connection permanently (1000), after everything published was acknowledged, or after 5 s; what was not
   * acknowledged by then rejects. Resolves when the connection has ended, at the latest after another 5 s.
   */
  close(): Promise<void> {
    this.whyClosed = CLOSED;
    this.closing ??= this.flushAndClose().finally(() => {
      this.closing = undefined;
    });
    return this.closing;
  }

  private async flushAndClose(): Promise<void> {
    const { outbox } = this.memory;
    if (this.speaker.connection.isWanted && !outbox.isEmpty) await outbox.drained(FLUSH_TIMEOUT_MS);
    if (this.whyClosed !== undefined) this.abandon(CLOSED);
    await this.speaker.connection.close();
    // It may have been started in the meantime, and closed again.
    if (this.whyClosed === undefined) this.speaker.connection.start();
    else this.abandon(CLOSED);
  }

  private change(type: Subscribe['type'], names: readonly string[]): Promise<void> {
    const { outbox, channels } = this.memory;
    if (this.whyClosed !== undefined) return Promise.reject(new Error(this.whyClosed));
    if (outbox.isPlain)
      return Promise.reject(new Error('this hub supports only plain: one channel, that of the URL'));
    const changed = channels.change(type, names);
    this.speaker.judgePause();
    return changed;
  }

  private speakerOnStopped({ code, reason }: Ending): void {
    this.whyClosed = `the hub asked not to reconnect: ${code} ${reason}`.trimEnd();
    this.abandon(this.whyClosed, new Error(this.whyClosed));
  }

  private abandon(why: string, error?: Error): void {
    this.memory.outbox.abandon(why);
    this.memory.channels.abandon(why);
    this.memory.delivery.finish(error);
  }

  private remember(options: HubClientOptions, settings: ConnectionSettings, tell: Tell): Memory {
    const homeChannel = checkedUrl(options.url).searchParams.get(CHANNEL_PARAMETER) ?? DEFAULT_CHANNEL;
    return {
      homeChannel,
      // The hub itself rejects a bad name in the URL. This client would only repeat it in other words.
      channels: new Channels(options.channels ? checkedNames(options.channels) : [homeChannel]),
      outbox: new Outbox({ ...settings, onUnknown: (keys) => tell('outcomeUnknown', keys) }),
      delivery: new Delivery(options.since, {
        message: (message) => tell('message', message),
        isHeard: () => this.hears('message'),
        full: () => this.speaker.judgePause(),
        overfull: () => this.speaker.inboxOnOverfull(),
        room: () => this.speaker.inboxOnRoom(),
      }),
      credentials: new Credentials(options.token, settings.timers),
      session: options.session,
      clientId: undefined,
      user: undefined,
      wasConnected: false,
    };
  }
}

/**
 * @throws Error that says why no WebSocket can be opened with the URL (WHATWG WebSockets, "The WebSocket(url)
 *   constructor")
 */
function checkedUrl(text: string): URL {
  const url = new URL(text);
  if (!['ws:', 'wss:'].includes(url.protocol)) throw new Error(`"${text}" must begin with ws:// or wss://`);
  if (text.includes('#')) throw new Error(`"${text}" must have no fragment (#)`);
  return url;
}

function settingsOf(options: HubClientOptions & { readonly open: Open }): ConnectionSettings {
  return {
    url: options.url,
    open: options.open,
    initialMs: options.initialMs ?? DEFAULT_INITIAL_MS,
    maxMs: options.maxMs ?? DEFAULT_MAX_MS,
    silenceTimeoutMs: options.silenceTimeoutMs ?? DEFAULT_SILENCE_TIMEOUT_MS,
    random: options.random ?? Math.random,
    timers: options.timers ?? systemTimers,
  };
}
