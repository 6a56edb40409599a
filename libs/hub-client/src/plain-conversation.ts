import { type Envelope, parseEnvelope } from '@ws-hub/protocol';
import type { Conversation, Host, Memory } from './conversation.js';
import type { OutboxEntry } from './outbox-entry.js';

const ONE_CHANNEL = 'this hub supports only plain, in which a connection has the one channel of its URL';

/** The plain dialect (PROTOCOL.md, section 1): at most once, while connected, on the channel of the URL. */
export class PlainConversation implements Conversation {
  /** Incoming messages are dropped until the application has read what waits. */
  isDeaf = false;
  readonly isAnswerDue = false;
  private hasMissed = false;

  constructor(
    private readonly clientId: string | undefined,
    private readonly memory: Memory,
    private readonly host: Host,
  ) {}

  begin(): void {
    const { memory, clientId } = this;
    this.isDeaf = memory.delivery.isFull;
    const since = memory.delivery.received;
    const recovered = !memory.wasConnected && since === undefined;
    memory.clientId = clientId;
    memory.outbox.isPlain = true;
    memory.outbox.open((entry) => this.publish(entry));
    memory.channels.abandon(ONE_CHANNEL);
    this.host.established({ clientId, dialect: 'plain', recovered, newIdentity: false }, since);
    memory.outbox.flow();
  }

  received(text: string): void {
    const { delivery, channels, homeChannel } = this.memory;
    let envelope: Envelope;
    try {
      envelope = parseEnvelope(text);
    } catch (error) {
      this.host.malformed(text, error as Error);
      return;
    }
    if (!channels.has(homeChannel)) return;
    if (this.isDeaf) this.hasMissed = true;
    else delivery.deliver({ ...envelope, channel: homeChannel });
  }

  /** Plain has no request to send. The hub's own pings are the signs of life. */
  ping(): void {
    return;
  }

  deafen(): void {
    this.isDeaf = true;
  }

  /** Dropped messages cannot be recovered, so they are reported. */
  listen(): void {
    this.isDeaf = false;
    if (this.hasMissed) this.host.missed();
    this.hasMissed = false;
  }

  end(): void {
    this.memory.outbox.close();
  }

  private publish({ key, channel, content }: OutboxEntry): boolean {
    const { outbox, homeChannel } = this.memory;
    if (channel !== undefined && channel !== homeChannel) outbox.fail(key, 'refused', ONE_CHANNEL);
    else if (!this.host.send(content)) return false;
    // There is no acknowledgement: a message counts as published once it is passed on.
    outbox.settle(key, undefined, false);
    return true;
  }
}
