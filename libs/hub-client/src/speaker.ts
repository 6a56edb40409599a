import { CLOSE, HUB_V1, type Position } from '@ws-hub/protocol';
import type { Tell } from './client-events.js';
import type { Connected, Conversation, Host, Memory } from './conversation.js';
import { DialectChoice } from './dialect-choice.js';
import { type HubError, TokenError } from './errors.js';
import type { Forbidden } from './forbidden.js';
import { type ConnectionListener, type ConnectionSettings, KeptConnection } from './kept-connection.js';
import type { Handshake } from './link.js';
import { PlainConversation } from './plain-conversation.js';
import type { Ending, Opened } from './transport.js';
import { V1Conversation } from './v1-conversation.js';
import type { Comeback } from './verdict.js';

/**
 * Exchanges messages with the hub, on the current connection and in the dialect that both support.
 *
 * It limits what waits for the application's loop, and never keeps an answer of the hub from arriving, since the loop
 * itself may wait for one. If nothing waits for an answer, a full inbox pauses the connection, so that the hub sees a
 * slow reader. Otherwise the client keeps reading. When far too much waits, it stops receiving messages until the loop
 * has caught up.
 */
export class Speaker implements ConnectionListener, Host {
  readonly connection: KeptConnection;
  private readonly choice = new DialectChoice();
  private conversation: Conversation | undefined;
  private isReady = false;

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly memory: Memory,
    private readonly tell: Tell,
    private readonly onStopped: (ending: Ending) => void,
  ) {
    this.connection = new KeptConnection(settings, this);
  }

  get isEstablished(): boolean {
    return this.isReady;
  }

  connecting(attempt: number): void {
    this.tell('connecting', attempt);
  }

  prepare(ready: (handshake: Handshake) => void, failed: (error: TokenError) => void): () => void {
    const { credentials } = this.memory;
    return credentials.prepare(() => {
      const offers = this.choice.offers();
      ready({ offers, token: credentials.forHandshake(offers.length > 0) });
    }, failed);
  }

  opened({ clientId, protocol }: Opened): void {
    const dialect = this.choice.opened(protocol);
    if (dialect === undefined) {
      this.cut(new Error('the hub did not select hub.v1'));
      return;
    }
    this.conversation =
      dialect === HUB_V1
        ? new V1Conversation(this.memory, this, this.settings)
        : new PlainConversation(clientId, this.memory, this);
    this.conversation.begin();
  }

  received(text: string): void {
    this.conversation?.received(text);
    this.judgePause();
  }

  /** Call it whenever something changes that the pause depends on. */
  judgePause(): void {
    const { delivery, outbox, channels } = this.memory;
    const isAnswerDue = !outbox.isEmpty || channels.isChanging || this.conversation?.isAnswerDue;
    this.connection.setPaused(delivery.isFull && !isAnswerDue && this.conversation?.isDeaf === false);
  }

  inboxOnOverfull(): void {
    this.conversation?.deafen();
  }

  inboxOnRoom(): void {
    if (this.conversation?.isDeaf) this.conversation.listen();
    this.judgePause();
  }

  receivedBinary(bytes: number): void {
    this.malformed('', new Error(`a binary message of ${bytes} bytes`));
  }

  quiet(): void {
    this.conversation?.ping();
  }

  ended(ending: Ending, wasStable: boolean): Comeback {
    this.isReady = false;
    this.conversation?.end();
    this.conversation = undefined;
    const comeback = this.comebackAfter(ending, wasStable);
    this.tell('disconnected', ending);
    return comeback;
  }

  private comebackAfter(ending: Ending, wasStable: boolean): Comeback {
    // No hub was contacted, so nothing was learned about it.
    if (ending.error instanceof TokenError) return 'later';
    if (!this.choice.ended(ending)) return this.memory.credentials.judge(ending, wasStable);
    this.memory.credentials.keep();
    return 'now';
  }

  reconnecting(attempt: number, delayMs: number): void {
    this.tell('reconnecting', attempt, delayMs);
  }

  stopped(ending: Ending): void {
    const isExpired = ending.code === CLOSE.credentialsExpired && ending.reason === '';
    const told = isExpired ? { ...ending, reason: 'the token has expired' } : ending;
    this.onStopped(told);
    this.tell('stopped', told);
  }

  send(text: string): boolean {
    return this.connection.send(text);
  }

  cut(cause: Error): void {
    this.connection.cut(cause);
  }

  renew(cause: Error): void {
    this.connection.renew(cause);
  }

  missed(): void {
    this.tell('gap', undefined);
  }

  established(connected: Connected, since: Position | undefined): void {
    const { clientId, dialect, recovered, newIdentity } = connected;
    this.connection.settle();
    this.isReady = true;
    if (dialect === HUB_V1) this.choice.welcomed();
    else if (!this.memory.wasConnected) this.tell('fallback', this.missing());
    this.memory.wasConnected = true;
    this.tell('connected', connected);
    if (newIdentity && clientId !== undefined) this.tell('identity', clientId);
    if (!recovered) this.tell('gap', since);
  }

  refused(error: HubError): void {
    this.tell('error', error);
  }

  forbidden(forbidden: Forbidden): void {
    this.tell('forbidden', forbidden);
  }

  notRenewed(error: TokenError | HubError): void {
    this.tell('tokenFailed', error);
  }

  malformed(text: string, error: Error): void {
    this.tell('malformed', text, error);
  }

  private missing(): readonly string[] {
    const { channels, homeChannel } = this.memory;
    return channels.names.filter((name) => name !== homeChannel);
  }
}
