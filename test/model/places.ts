import type { Message, Position } from '@ws-hub/protocol';
import { type Call, endOf, type Hub } from './call.js';
import { CHANNELS } from './world.js';

/** The one order, as a witness that is never cut heard it: every message has its place in it, counted from 1 on. */
export class Places {
  readonly entries: readonly Message[];
  readonly problems: string[] = [];
  private readonly byPosition = new Map<Position, number>();
  private readonly highest = new Map<Hub, number[]>();

  constructor(witness: Call) {
    this.entries = witness.events.flatMap((event) =>
      'heard' in event && event.heard.type === 'message' ? [event.heard] : [],
    );
    this.byPosition.set(witness.welcome?.position ?? '', 0);
    for (const [at, { id, content }] of this.entries.entries()) {
      if (this.byPosition.has(id))
        this.problems.push(`the witness was told the place ${id} twice: ${content}`);
      this.byPosition.set(id, at + 1);
    }
  }

  /** Undefined for a position that names no place. */
  of(position: Position): number | undefined {
    return this.byPosition.get(position);
  }

  at(place: number): Message {
    return this.entries[place - 1] as Message;
  }

  /** The place of the last message of a channel, or of the first one of these. What comes after it may still be on its way. */
  end(channel: string = CHANNELS[0]): number {
    return this.entries.findIndex(({ content }) => content === endOf(channel)) + 1 || this.entries.length;
  }

  /** The highest place that a hub had told anybody of when this connection said its hello: its log reached so far. */
  toldBefore({ hub, toldBefore }: Call): number {
    let highest = this.highest.get(hub);
    if (highest === undefined) {
      let most = 0;
      highest = hub.told.map((position) => {
        most = Math.max(most, this.of(position) ?? 0);
        return most;
      });
      this.highest.set(hub, highest);
    }
    return highest[toldBefore - 1] ?? 0;
  }
}
