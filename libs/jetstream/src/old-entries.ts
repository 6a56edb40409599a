import { DeliverPolicy, type JetStreamClient, type JsMsg } from '@nats-io/jetstream';
import type { Entry } from '@ws-hub/hub';
import { type EntryMessages, nobodysEntry } from './entry-message.js';

/** Maximum number of concurrent reads; further ones wait for their turn. */
const MAX_READS = 4;
const EXPIRES_MS = 2_000;

type Done = (entries: readonly Entry[] | undefined) => void;

/**
 * Reads entries from the stream that the ring no longer has. Clients that reconnect together ask for the same
 * entries: equal reads are merged.
 */
export class OldEntries {
  private readonly wanted = new Map<string, Done[]>();
  private readonly queue: (() => Promise<void>)[] = [];
  private running = 0;

  constructor(
    private readonly stream: string,
    private readonly messages: EntryMessages,
  ) {}

  /** @param epoch of the stream: a read of an earlier one is not an answer */
  read(client: JetStreamClient, epoch: string, after: number, max: number, done: Done): void {
    const name = `${epoch} ${after} ${max}`;
    const others = this.wanted.get(name);
    if (others !== undefined) {
      others.push(done);
      return;
    }
    this.wanted.set(name, [done]);
    this.queue.push(() => this.fetchFor(name, client, after, max));
    this.next();
  }

  private next(): void {
    if (this.running >= MAX_READS) return;
    const read = this.queue.shift();
    if (read === undefined) return;
    this.running++;
    void read().finally(() => {
      this.running--;
      this.next();
    });
  }

  private async fetchFor(name: string, client: JetStreamClient, after: number, max: number): Promise<void> {
    const entries = await this.fetch(client, after, max);
    const all = this.wanted.get(name) ?? [];
    this.wanted.delete(name);
    for (const done of all) done(entries);
  }

  /** Undefined if the stream does not have the entry right after that position, or does not answer. */
  private async fetch(
    client: JetStreamClient,
    after: number,
    max: number,
  ): Promise<readonly Entry[] | undefined> {
    try {
      const consumer = await client.consumers.get(this.stream, {
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: after + 1,
      });
      const entries: Entry[] = [];
      for await (const message of await consumer.fetch({ max_messages: max, expires: EXPIRES_MS })) {
        if (message.seq !== after + entries.length + 1) break;
        entries.push(this.entryOf(message));
        if (entries.length === max || message.info.pending === 0) break;
      }
      return entries.length > 0 ? entries : undefined;
    } catch {
      // Without an answer no client can resume there. It reconnects and asks again.
      return undefined;
    }
  }

  private entryOf(message: JsMsg): Entry {
    return this.messages.entryOf(message, message.seq) ?? nobodysEntry(message.seq);
  }
}
