import {
  type ClientMessage,
  type Hello,
  HUB_V1,
  type HubMessage,
  type Position,
  type Welcome,
} from '@ws-hub/protocol';
import { Answers } from './answers.js';
import { type Cut, Line } from './line.js';

/** A hub, and all places of the log that it has sent to any client, in order. */
export interface Hub {
  readonly name: string;
  readonly port: number;
  readonly told: Position[];
}

export type Event = { readonly said: ClientMessage } | { readonly heard: HubMessage };

/** The place that a client has reached with this message; undefined if it moves no cursor. */
export function placeOf(message: HubMessage): Position | undefined {
  if (message.type === 'message') return message.id;
  if (message.type === 'position') return message.position;
  return message.type === 'ack' && message.duplicate !== true ? message.id : undefined;
}

/** One hub.v1 connection, with everything that it sent and received. */
export class Call {
  readonly events: Event[] = [];
  readonly answers = new Answers();
  welcome: Welcome | undefined;
  /** Its replay has not reached its closing position yet. */
  isReplaying = false;
  /** How much the hub had sent when this client sent its hello. */
  toldBefore = 0;
  onHeard: (message: HubMessage, call: Call) => void = () => undefined;
  /** The channels whose last message it has received. */
  readonly ended = new Set<string>();
  private pings = 0;
  private pongs = 0;

  private constructor(
    readonly who: string,
    readonly hub: Hub,
    readonly hello: Hello,
    readonly line: Line,
  ) {
    line.onText = (text) => this.hear(JSON.parse(text) as HubMessage);
  }

  /** Resolves when there is a welcome, or when the connection has broken. */
  static async open(
    who: string,
    hub: Hub,
    hello: Hello,
    how: {
      readonly cut?: Cut | undefined;
      readonly onHeard?: Call['onHeard'];
      readonly more?: readonly ClientMessage[];
      readonly stallMs?: number;
    } = {},
  ): Promise<Call> {
    const line = await Line.open(hub.port, '/ws?channel=a', HUB_V1, how.cut);
    const call = new Call(who, hub, hello, line);
    if (how.onHeard !== undefined) call.onHeard = how.onHeard;
    call.toldBefore = hub.told.length;
    if (how.stallMs) line.stall(how.stallMs);
    call.say(hello, ...(how.more ?? []));
    await line.until(() => call.welcome !== undefined);
    return call;
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  /** Sends all of it in one write. */
  say(...messages: readonly ClientMessage[]): void {
    if (!this.isOpen) return;
    for (const message of messages) {
      if (message.type === 'ping') this.pings++;
      this.events.push({ said: message });
      this.answers.said(message);
    }
    this.line.say(...messages.map((message) => JSON.stringify(message)));
  }

  /** Sends a ping, and waits for its pong: everything before it has been handled by then. */
  async ping(): Promise<void> {
    this.say({ type: 'ping' });
    const wanted = this.pings;
    await this.line.until(() => this.pongs >= wanted);
  }

  /** Its current channels, as far as it was told. */
  get channels(): Set<string> {
    const channels = new Set(this.hello.channels);
    for (const event of this.events) if ('heard' in event) applyChange(channels, event.heard);
    return channels;
  }

  private hear(message: HubMessage): void {
    this.events.push({ heard: message });
    this.answers.heard(message);
    const place = placeOf(message);
    if (place !== undefined) this.hub.told.push(place);
    if (message.type === 'message' && message.content === endOf(message.channel))
      this.ended.add(message.channel);
    if (message.type === 'welcome') {
      this.welcome = message;
      this.isReplaying = this.hello.since !== undefined && message.recovered;
    } else if (message.type === 'position') this.isReplaying = false;
    else if (message.type === 'pong') this.pongs++;
    else if (message.type === 'ping') this.say({ type: 'pong' });
    this.onHeard(message, this);
  }
}

/** The last message of a channel. */
export function endOf(channel: string): string {
  return `end/${channel}`;
}

/** Changes the channels of a connection as the hub says that it did. */
export function applyChange(channels: Set<string>, message: HubMessage): void {
  if (message.type === 'subscribed') for (const name of message.channels) channels.add(name);
  if (message.type === 'unsubscribed') for (const name of message.channels) channels.delete(name);
}
