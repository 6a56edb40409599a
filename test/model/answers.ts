import type { ClientMessage, HubMessage } from '@ws-hub/protocol';

/**
 * The unanswered publishes of a connection.
 *
 * The hub handles a client's messages in order. So a publish that was sent after a request (ping, subscribe,
 * unsubscribe) is answered after that request: an ack from before it belonged to an earlier publish with the same key.
 */
export class Answers {
  private waiting: { readonly key: string; readonly after: number }[] = [];
  private requests = 0;
  private answered = 0;

  get missing(): readonly string[] {
    return this.waiting.map(({ key }) => key);
  }

  /** Whether all requests were answered; publishes may be missing. */
  get isIdle(): boolean {
    return this.answered >= this.requests;
  }

  said(message: ClientMessage): void {
    if (message.type === 'publish') this.waiting.push({ key: message.key, after: this.requests });
    else if (message.type !== 'hello' && message.type !== 'pong') this.requests++;
  }

  heard(message: HubMessage): void {
    if (message.type === 'pong' || message.type === 'subscribed' || message.type === 'unsubscribed')
      this.answered++;
    else if (message.type === 'ack' || message.type === 'error')
      this.waiting = this.waiting.filter(({ key, after }) => key !== message.key || after > this.answered);
  }
}
