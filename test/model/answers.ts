import type { ClientMessage, HubMessage } from '@ws-hub/protocol';

/**
 * Which publishes of a connection wait for their answer.
 *
 * What a client sends is handled in order. So a publish that was sent after a request (ping, subscribe, unsubscribe)
 * is answered after the answer of that request: an ack from before it was meant for an earlier one of the same key.
 */
export class Answers {
  private waiting: { readonly key: string; readonly after: number }[] = [];
  private requests = 0;
  private answered = 0;

  get missing(): readonly string[] {
    return this.waiting.map(({ key }) => key);
  }

  /** All requests were answered; publishes may be missing. */
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
