import {
  type Ack,
  type ClientMessage,
  type ErrorMessage,
  HUB_V1,
  type HubMessage,
  type Message,
  type Position,
  type Welcome,
} from '@ws-hub/protocol';
import type { Conversation, Host, Memory } from './conversation.js';
import { HubError } from './errors.js';
import { readHubMessage } from './read-hub-message.js';
import type { RefreshSettings } from './token-refresh.js';
import { V1Requests } from './v1-requests.js';

/** A hub answers a `hello` within 10 s or closes. A connection without either is ended. */
const WELCOME_TIMEOUT_MS = 15_000;

/**
 * `greeting` until the welcome, `replaying` until the position that ends a replay, then `live`. A hub sends no other
 * position during a replay. Otherwise a client could not tell the two apart, and would resend messages that the replay
 * may still contain.
 */
type Phase = 'greeting' | 'replaying' | 'live';

/** One connection in hub.v1 (PROTOCOL.md, section 2), from the `hello` on. */
export class V1Conversation implements Conversation {
  private phase: Phase = 'greeting';
  private since: Position | undefined;
  private isIdentityLost = false;
  /**
   * It has no subscriptions, so only answers arrive, and it moves no cursor: what it does not receive is replayed
   * later.
   */
  isDeaf = false;
  private cancelDeadline: () => void = () => undefined;
  private readonly requests: V1Requests;

  constructor(
    private readonly memory: Memory,
    private readonly host: Host,
    private readonly settings: RefreshSettings,
  ) {
    this.requests = new V1Requests(memory, host, settings);
  }

  get isAnswerDue(): boolean {
    return this.requests.isTokenShown;
  }

  begin(): void {
    this.cancelDeadline = this.settings.timers.after(WELCOME_TIMEOUT_MS, () =>
      this.host.cut(new Error(`no welcome within ${WELCOME_TIMEOUT_MS} ms`)),
    );
    this.hello();
  }

  received(text: string): void {
    let message: HubMessage;
    try {
      message = readHubMessage(text);
      if (!this.fits(message)) throw new Error(`unexpected ${message.type} while ${this.phase}`);
    } catch (error) {
      this.host.malformed(text, error as Error);
      return;
    }
    this.handle(message);
  }

  ping(): void {
    this.say({ type: 'ping' });
  }

  /** The next connection has no subscriptions. */
  deafen(): void {
    this.host.renew(
      new Error('the loop over the messages is too slow: only answers are read until it has caught up'),
    );
  }

  listen(): void {
    this.host.renew(new Error('the loop over the messages has caught up'));
  }

  end(): void {
    this.cancelDeadline();
    this.requests.end();
    this.memory.outbox.close();
  }

  private say(message: ClientMessage): boolean {
    return this.host.send(JSON.stringify(message));
  }

  private hello(): void {
    const { session, delivery, channels, outbox, credentials } = this.memory;
    // Messages in plain have no position, so the earlier cursor is worth nothing.
    this.since = outbox.isPlain ? undefined : delivery.received;
    this.isDeaf = delivery.isFull;
    const token = credentials.forHello();
    this.say({
      type: 'hello',
      session,
      token,
      since: this.since,
      channels: this.isDeaf ? [] : channels.greet(),
    });
  }

  private fits({ type }: HubMessage): boolean {
    if (type === 'ping' || type === 'pong' || type === 'error') return true;
    return (type === 'welcome') === (this.phase === 'greeting');
  }

  private handle(message: HubMessage): void {
    switch (message.type) {
      case 'welcome':
        this.hubOnWelcome(message);
        break;
      case 'message':
        this.hubOnMessage(message);
        break;
      case 'ack':
        this.hubOnAck(message);
        break;
      case 'position':
        this.hubOnPosition(message.position);
        break;
      case 'subscribed':
      case 'unsubscribed':
        this.requests.hubOnChange(message);
        break;
      case 'authorized':
        this.requests.hubOnAuthorized(message);
        break;
      case 'error':
        this.hubOnError(message);
        break;
      case 'ping':
        this.say({ type: 'pong' });
    }
  }

  private hubOnWelcome(welcome: Welcome): void {
    this.cancelDeadline();
    const recovered = welcome.recovered && !this.memory.outbox.isPlain;
    // Without a valid cursor there is nothing to replay, and no position to end it.
    const isReplayed = recovered && this.since !== undefined;
    this.phase = isReplayed ? 'replaying' : 'live';
    const newIdentity = this.takeIdentity(welcome);
    this.openMemory(welcome, newIdentity);
    const { client_id: clientId } = welcome;
    this.host.established({ clientId, dialect: HUB_V1, recovered, newIdentity }, this.since);
    this.requests.hubOnWelcome(welcome);
    if (!isReplayed) this.memory.outbox.flow();
  }

  /** @returns whether the identity has changed */
  private takeIdentity({ client_id, session, user }: Welcome): boolean {
    const { memory } = this;
    const isOther = memory.clientId !== undefined && memory.clientId !== client_id && !memory.outbox.isPlain;
    memory.clientId = client_id;
    memory.session = session;
    memory.user = user;
    return isOther || this.isIdentityLost;
  }

  private openMemory(welcome: Welcome, newIdentity: boolean): void {
    const { outbox, delivery } = this.memory;
    const { recovered, position, max_payload } = welcome;
    if (newIdentity || !recovered) outbox.doubt();
    outbox.isPlain = false;
    outbox.maxPayload = max_payload;
    outbox.open(({ key, channel, content, trace }) =>
      this.say({ type: 'publish', key, channel, content, trace }),
    );
    this.requests.open(welcome, (message) => this.say(message));
    delivery.advance(position);
  }

  private hubOnMessage({ id, channel, client_id, user, timestamp, content }: Message): void {
    // Without subscriptions it only receives what it has subscribed to on this connection.
    if (this.isDeaf) return;
    const message = { id, channel, client_id, timestamp, content };
    this.memory.delivery.deliver(user === undefined ? message : { ...message, user });
  }

  private hubOnAck({ key, id, duplicate }: Ack): void {
    const isBehind = duplicate === true;
    this.memory.outbox.settle(key, id, isBehind);
    if (!isBehind && !this.isDeaf) this.memory.delivery.acknowledged(id);
  }

  private hubOnPosition(position: Position): void {
    if (!this.isDeaf) this.memory.delivery.advance(position);
    if (this.phase !== 'replaying') return;
    this.phase = 'live';
    this.memory.outbox.flow();
  }

  private hubOnError(message: ErrorMessage): void {
    const { code, key } = message;
    const error = new HubError(code, message.message, key);
    const isGreeting = this.phase === 'greeting';
    if (isGreeting && code === 'bad_session') this.greetAsNobody();
    const isTold = (!isGreeting || key !== undefined) && this.requests.hubOnError(error, message);
    if (!isTold) this.host.refused(error);
  }

  /** The session is invalid; the cursor is still valid. A second rejection ends the connection, so there is no third. */
  private greetAsNobody(): void {
    if (this.memory.session === undefined) return;
    this.memory.session = undefined;
    this.isIdentityLost = true;
    this.hello();
  }
}
