import type { Message, Position } from '@ws-hub/protocol';
import { type Call, endOf, type Hub } from './call.js';
import { CHANNELS } from './world.js';

/** The one order, as received by a witness that is never cut: every message has its place in it, starting at 1. */
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

  /** Undefined for a position without a place. */
  of(position: Position): number | undefined {
    return this.byPosition.get(position);
  }

  at(place: number): Message {
    return this.entries[place - 1] as Message;
  }

  /** The place of the last message of a channel, or of the first of these. Later messages may still be in flight. */
  end(channel: string = CHANNELS[0]): number {
    return this.entries.findIndex(({ content }) => content === endOf(channel)) + 1 || this.entries.length;
  }

  /**
   * The highest place that a hub had sent to any client when this connection sent its hello: its log was at least that
   * long.
   */
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
