import type { Ack, HubMessage, Message, Position, Welcome } from '@ws-hub/protocol';
import { applyChange, type Call } from './call.js';
import type { Places } from './places.js';
import { lastOf, nameOf, type Traits } from './world.js';

/** Foreign to every hub, so its clients must be told of a gap. */
const isForeign = (since: Position) => since.startsWith('0123456789abcdef');

/**
 * Checks one connection against the one order: from its beginning on, it received everything on its channels and an ack
 * for everything of its own, each once, in order, and nothing else; and all its requests were answered.
 */
export class CallJudge {
  readonly problems: string[] = [];
  private readonly channels: Set<string>;
  private place = 0;
  private isReplaying = false;
  private clientId = '';

  constructor(
    private readonly call: Call,
    private readonly places: Places,
    private readonly traits: Traits,
  ) {
    this.channels = new Set(call.hello.channels);
  }

  judge(): readonly string[] {
    const { call } = this;
    for (const event of call.events) if ('heard' in event) this.hear(event.heard);
    if (!call.isOpen || call.welcome === undefined) this.judgeEnd();
    else {
      this.goPast(this.places.end(lastOf(this.channels)), 'the end');
      if (call.answers.missing.length > 0) this.problem(`no answer to ${call.answers.missing}`);
    }
    return this.problems;
  }

  private judgeEnd(): void {
    const { closeCode } = this.call.line;
    if (closeCode === undefined || (closeCode === 1013 && this.traits.mayRefuse)) return;
    this.problem(`closed with ${closeCode}`);
  }

  private hear(message: HubMessage): void {
    if (message.type === 'welcome') this.welcomed(message);
    else if (message.type === 'message') this.message(message);
    else if (message.type === 'ack') this.ack(message);
    else if (message.type === 'position') this.position(message.position);
    else if (message.type === 'subscribed' || message.type === 'unsubscribed') {
      this.reach(message.position, message.type);
      applyChange(this.channels, message);
    } else if (message.type === 'error' && !(message.code === 'unavailable' && this.traits.mayRefuse))
      this.problem(`error ${message.code} for ${message.key}: ${message.message}`);
  }

  private welcomed({ client_id, position, recovered }: Welcome): void {
    const { since } = this.call.hello;
    this.clientId = client_id;
    this.isReplaying = since !== undefined && recovered;
    this.place = this.placeOf(position, 'welcome') ?? 0;
    if (since === undefined && !recovered) this.problem('a gap for one that has no cursor');
    if (since !== undefined && recovered === isForeign(since)) this.judgeRecovered(since, recovered);
    if (this.isReplaying && position !== since) this.problem(`asked for ${since}, welcomed at ${position}`);
    if (!this.isReplaying) this.judgeHead('welcome');
  }

  private judgeRecovered(since: Position, recovered: boolean): void {
    if (recovered) this.problem(`recovered from ${since}, which no hub ever told`);
    else if (!this.traits.forgets) this.problem(`a gap after ${since}, though the log has everything`);
  }

  private message(message: Message): void {
    const place = this.go(message.id, `message ${nameOf(message.content)}`);
    if (place === undefined) return;
    const entry = this.places.at(place);
    const name = nameOf(entry.content);
    if (JSON.stringify(entry) !== JSON.stringify(message))
      this.problem(`${name} is not what others were told`);
    if (entry.client_id === this.clientId) this.problem(`hears itself: ${name}`);
    else if (!this.channels.has(entry.channel)) this.problem(`${name} is of a channel that it does not hear`);
  }

  private ack({ key, id, duplicate }: Ack): void {
    const what = `ack ${key} at ${id}`;
    const place = duplicate ? this.placeOf(id, what) : this.go(id, what);
    if (place === undefined) return;
    if (duplicate && place > this.place) this.problem(`duplicate ${what}, which is still ahead`);
    const entry = place === 0 ? undefined : this.places.at(place);
    if (entry?.client_id !== this.clientId || nameOf(entry.content) !== key)
      this.problem(`${what}, where ${entry && nameOf(entry.content)} is`);
  }

  private position(position: Position): void {
    this.reach(position, 'position');
    if (this.isReplaying) this.judgeHead('the closing position');
    this.isReplaying = false;
  }

  /** The hub knows its own head: whatever it sent to any client before this client's hello is not after it. */
  private judgeHead(what: string): void {
    const head = this.places.toldBefore(this.call);
    if (this.place < head) this.problem(`${what} at place ${this.place}, though the hub had told ${head}`);
  }

  /** Moves to the next entry; nothing that is wanted may lie between. */
  private go(position: Position, what: string): number | undefined {
    const place = this.placeOf(position, what);
    if (place === undefined) return undefined;
    if (place <= this.place) {
      this.problem(`${what} again, or out of order: at place ${this.place}, told ${place}`);
      return undefined;
    }
    this.goPast(place - 1, what);
    this.place = place;
    return place;
  }

  private reach(position: Position, what: string): void {
    const place = this.placeOf(position, what);
    if (place === undefined) return;
    if (place < this.place) this.problem(`${what} goes back from place ${this.place} to ${place}`);
    else this.goPast(place, what);
  }

  private goPast(place: number, before: string): void {
    for (let at = this.place + 1; at <= place; at++) {
      const { client_id, channel, content } = this.places.at(at);
      const isOwn = client_id === this.clientId;
      if (isOwn || this.channels.has(channel))
        this.problem(`lost: ${isOwn ? 'the ack of ' : ''}${nameOf(content)} (place ${at}), before ${before}`);
    }
    this.place = Math.max(this.place, place);
  }

  private placeOf(position: Position, what: string): number | undefined {
    const place = this.places.of(position);
    if (place === undefined) this.problem(`${what}: ${position} is no place of the log`);
    return place;
  }

  private problem(text: string): void {
    const { who, hub, hello } = this.call;
    this.problems.push(`${who} on ${hub.name}, since ${hello.since}: ${text}`);
  }
}
