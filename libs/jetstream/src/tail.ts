import type { JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { Clock, Entry, LogEvents } from '@ws-hub/hub';
import type { AwaitedRing } from './awaited-ring.js';
import { type EntryMessages, idOf, nobodysEntry } from './entry-message.js';
import type { Place } from './place.js';
import { Reader } from './reader.js';

/** Its dependencies. */
export interface TailParts {
  readonly stream: string;
  readonly messages: EntryMessages;
  readonly place: Place;
  readonly ring: AwaitedRing;
  readonly clock: Clock;
  readonly events: Pick<LogEvents, 'skipped'>;
}

export interface TailListener {
  /** The next entry, already in the ring. @param id with which it was published */
  entry(entry: Entry, id: string): void;
  /** The last message could not be handled: a bug. Nothing more arrives until it is started again. */
  failed(error: unknown): void;
  /** Nothing more arrives until it is started again. */
  ended(error: Error | undefined): void;
}

/** Reads the stream from this node's place on, and keeps its newest entries. */
export class Tail {
  private reader: Reader | undefined;
  private skippedSoFar = 0;

  constructor(
    private readonly parts: TailParts,
    private readonly listener: TailListener,
  ) {}

  /** The number of entries found that no hub wrote. */
  get skipped(): number {
    return this.skippedSoFar;
  }

  async start(client: JetStreamClient): Promise<void> {
    this.stop();
    this.reader = new Reader(client, this.parts.stream, {
      message: (message) => this.take(message),
      failed: (error) => this.listener.failed(error),
      ended: (error) => this.listener.ended(error),
    });
    await this.reader.start(this.parts.ring.head);
  }

  stop(): void {
    this.reader?.stop();
  }

  private take(message: JsMsg): void {
    const { place, messages, ring, clock } = this.parts;
    // A restarted reader may return known messages again.
    if (!place.reach(message)) return;
    const entry = messages.entryOf(message, message.seq) ?? this.skip(message.seq);
    ring.add(entry, clock.monotonicMs());
    this.listener.entry(entry, idOf(message));
  }

  private skip(sequence: number): Entry {
    this.skippedSoFar++;
    const entry = nobodysEntry(sequence);
    this.parts.events.skipped(entry.position, this.skippedSoFar);
    return entry;
  }
}
