import { CLIENT_ID_HEADER, type Envelope, parseEnvelope } from '@ws-hub/protocol';
import type { Hub } from './call.js';
import { type Cut, Line } from './line.js';

/** One plain connection, with everything that it sent and received. */
export class Talk {
  readonly said: string[] = [];
  readonly heard: Envelope[] = [];

  private constructor(
    readonly who: string,
    readonly channel: string,
    readonly line: Line,
    /** How much had been published by all when it connected. */
    readonly openedAt: number,
  ) {
    line.onText = (text) => this.heard.push(parseEnvelope(text));
  }

  static async open(who: string, hub: Hub, channel: string, now: () => number, cut?: Cut): Promise<Talk> {
    const line = await Line.open(hub.port, `/ws?channel=${channel}`, undefined, cut);
    return new Talk(who, channel, line, now());
  }

  get clientId(): string {
    return new RegExp(`^${CLIENT_ID_HEADER}: (.*)$`, 'im').exec(this.line.head)?.[1] ?? '';
  }

  get isOpen(): boolean {
    return this.line.isOpen;
  }

  /** Sends all of it in one write. */
  say(contents: readonly string[]): void {
    if (!this.isOpen) return;
    for (const content of contents) this.said.push(content);
    this.line.say(...contents);
  }
}
