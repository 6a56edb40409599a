import { DeliverPolicy, JetStreamApiError, type JsMsg } from '@nats-io/jetstream';
import { checkLedgerEntry, type Lead, LedgerError } from '@ws-hub/hub';
import { batchOf } from '../fetch-batch.js';
import type { Jet } from '../notices/notice-upkeep.js';
import { FULL_ERRORS } from '../stream.js';
import { replace } from './jet-publish.js';
import type { LedgerMessages } from './ledger-messages.js';

const MESSAGES_AT_ONCE = 500;

export interface LedgerStateHooks {
  /** The current connection. */
  way(): Jet | undefined;
  isHeld(): boolean;
  /** This copy may differ from the stream. */
  over(): void;
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The entries, as the leading hub has read them once and changed them since. */
export class LedgerState implements Lead {
  readonly entries = new Map<string, string>();
  /** The number of messages found that no hub wrote. */
  skipped = 0;
  /** Of the newest message of each subject, by any writer. */
  private readonly sequences = new Map<string, number>();
  private isOver = false;

  constructor(
    private readonly stream: string,
    private readonly messages: LedgerMessages,
    private readonly hooks: LedgerStateHooks,
  ) {}

  get isHeld(): boolean {
    return !this.isOver && this.hooks.isHeld();
  }

  /** Reads all entries. @throws Error if they cannot be read */
  async load(jet: Jet): Promise<void> {
    const { state } = await jet.manager.streams.info(this.stream);
    // The lease always exists, and a consumer without messages would wait.
    if (state.messages <= 1) return;
    const consumer = await jet.client.consumers.get(this.stream, { deliver_policy: DeliverPolicy.All });
    const former: string[] = [];
    for (;;) {
      const messages = await batchOf(consumer, MESSAGES_AT_ONCE);
      if (messages.length === 0) throw new Error('the ledger could not be read completely');
      for (const message of messages) this.take(message, former);
      if (messages.at(-1)?.info.pending === 0) break;
    }
    // So that hubs without the previous secret can read it.
    for (const key of former) await this.store(jet, key, this.entries.get(key) as string);
  }

  /** Nothing more is written. */
  end(): void {
    this.isOver = true;
  }

  async set(key: string, value: string | undefined): Promise<void> {
    if (!this.isHeld) throw new LedgerError('lost', 'this hub is no longer the leader');
    checkLedgerEntry(this.entries, key, value);
    const jet = this.hooks.way();
    if (jet === undefined) throw this.broken('unavailable', 'the log cannot be reached');
    if (value !== undefined) await this.store(jet, key, value);
    else if (this.entries.has(key)) await this.remove(jet, key);
  }

  private async store(jet: Jet, key: string, value: string): Promise<void> {
    const subject = this.messages.subjectOf(key);
    const message = this.messages.sealed(subject, { key, value } satisfies Entry);
    const sequence = await this.answered(() =>
      replace(jet, this.stream, message, this.sequences.get(subject) ?? 0),
    );
    if (sequence === undefined) throw this.broken('lost', 'another hub has written in the meantime');
    this.sequences.set(subject, sequence);
    this.entries.set(key, value);
  }

  /** Removes by sequence, so that what another hub has written since stays. */
  private async remove({ manager }: Jet, key: string): Promise<void> {
    const subject = this.messages.subjectOf(key);
    const sequence = this.sequences.get(subject) ?? 0;
    await this.answered(() => manager.streams.deleteMessage(this.stream, sequence, false));
    this.sequences.delete(subject);
    this.entries.delete(key);
  }

  private async answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await ask();
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof JetStreamApiError && FULL_ERRORS.has(error.code))
        throw new LedgerError('full', `the ledger is full: ${message}`);
      throw this.broken('unavailable', message);
    }
  }

  private broken(code: 'lost' | 'unavailable', message: string): LedgerError {
    if (!this.isOver) this.hooks.over();
    return new LedgerError(code, message);
  }

  private take(message: JsMsg, former: string[]): void {
    if (message.subject === this.messages.lease) return;
    this.sequences.set(message.subject, message.seq);
    const read = this.messages.read(message);
    if (read === undefined) {
      this.skipped++;
      return;
    }
    // A hub with one of the secrets wrote it, and hubs write nothing else.
    const { key, value } = read.value as Entry;
    this.entries.set(key, value);
    if (read.isFormer) former.push(key);
  }
}
