import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  type Clock,
  type Draft,
  type LogListener,
  type Outcome,
  type Position,
  positionAt,
} from '@ws-hub/hub';
import type { EntryMessages } from './entry-message.js';
import { type Pending, PendingDrafts } from './pending-drafts.js';
import { FULL_ERRORS } from './stream.js';

const SWEEP_MS = 100;
/** A draft without an answer for this long is sent again: the draft or its answer was lost. */
const PATIENCE_MS = 2_000;
const RETRY_MS = 250;

export interface AppenderSettings {
  readonly maxPending: number;
  readonly timeoutMs: number;
}

interface PubAck {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

/**
 * Appends to the stream, many drafts at a time: a draft is published without waiting for the ones before it, and
 * recognized by its answer. Unanswered drafts are sent again with the same ids, all of them in order, before anything
 * newer.
 *
 * A draft is done when the reader returns it as an entry. The answer alone is not an acknowledgement.
 */
export class Appender {
  private readonly pending: PendingDrafts;
  private connection: NatsConnection | undefined;
  private inbox = '';
  private answers: Subscription | undefined;
  private isFlowing = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly sweep = setInterval(
    () => this.guarded('late appends', () => this.lookForLate()),
    SWEEP_MS,
  ).unref();

  constructor(
    private readonly settings: AppenderSettings,
    private readonly messages: EntryMessages,
    private readonly clock: Clock,
    private readonly listener: Pick<LogListener, 'pressure' | 'failed'>,
  ) {
    this.pending = new PendingDrafts(settings.maxPending, listener);
  }

  get size(): number {
    return this.pending.size;
  }

  /**
   * There is a connection, and the reader has read its stream to the end: everything that waits is sent, oldest first.
   * A draft that was stored but not read back was stored in a stream that no longer exists, or before a place that
   * is lost.
   */
  open(connection: NatsConnection): void {
    this.connection = connection;
    this.inbox = createInbox();
    this.answers = connection.subscribe(`${this.inbox}.*`, {
      callback: (_error, message) => this.guarded('answer of the log', () => this.answered(message)),
    });
    for (const entry of this.pending.all) entry.isStored = false;
    this.resend();
  }

  /** Nothing can be sent at the moment, and answers that arrive now may be from a stream that no longer exists. */
  close(): void {
    this.isFlowing = false;
    clearTimeout(this.retry);
    this.retry = undefined;
    this.answers?.unsubscribe();
  }

  end(): void {
    this.close();
    clearInterval(this.sweep);
  }

  append(draft: Draft, settled: ((outcome: Outcome) => void) | undefined): void {
    const nowMs = this.clock.monotonicMs();
    const entry = this.pending.add(draft, settled, nowMs);
    if (entry !== undefined && this.isFlowing) this.send(entry, nowMs);
    this.pending.judgePressure();
  }

  /** The reader has reached an entry with this id. */
  seen(id: string, position: Position): void {
    const found = this.pending.named(id);
    if (found !== undefined) this.pending.settle(found, { result: 'stored', position });
  }

  /** Resolves when all drafts so far are settled. */
  settledSoFar(): Promise<void> {
    return this.pending.settledSoFar();
  }

  private send(entry: Pending, nowMs: number): void {
    entry.sentMs = nowMs;
    try {
      this.publish(entry);
    } catch (error) {
      this.listener.failed('append', error);
      this.pending.giveUp(
        new Map([[entry.draft.clientId, entry.token]]),
        'the hub could not send it to the log',
      );
    }
  }

  private publish({ draft, key, token }: Pending): void {
    const { subject, data, headers } = this.messages.messageOf(draft, key);
    this.connection?.publish(subject, data, { headers, reply: `${this.inbox}.${token}` });
  }

  /** A draft that stays unsettled because of a bug in handling its answer is sent again, and times out in the end. */
  private guarded(what: string, task: () => void): void {
    try {
      task();
    } catch (error) {
      this.listener.failed(what, error);
    }
  }

  private resend(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    this.isFlowing = true;
    const nowMs = this.clock.monotonicMs();
    for (const entry of this.pending.all) if (!entry.isStored) this.send(entry, nowMs);
  }

  /** Newer drafts wait as well: rejected ones go first. */
  private resendLater(): void {
    this.isFlowing = false;
    this.retry ??= setTimeout(() => this.resend(), RETRY_MS);
  }

  private answered(message: Msg): void {
    const entry = this.pending.find(Number(message.subject.slice(this.inbox.length + 1)));
    if (entry === undefined) return;
    const answer = answerOf(message);
    // Sequence 0 comes with an error, or means that another copy of the draft is in flight and not stored yet.
    if (answer?.error === undefined && answer?.seq)
      this.stored(entry, positionAt(answer.seq), answer.duplicate === true);
    else if (FULL_ERRORS.has(answer?.error?.err_code ?? 0))
      this.pending.giveUp(
        new Map([[entry.draft.clientId, entry.token]]),
        answer?.error?.description ?? 'the log is full',
      );
    else this.resendLater();
  }

  /** Stored before this draft was sent: the reader may have passed the entry long ago, and would not return it again. */
  private stored(entry: Pending, position: Position, isDuplicate: boolean): void {
    entry.isStored = true;
    if (isDuplicate) this.pending.settle(entry, { result: 'duplicate', position });
  }

  private lookForLate(): void {
    const nowMs = this.clock.monotonicMs();
    const late = new Map<string, number>();
    for (const { addedMs, draft, token } of this.pending.all) {
      if (nowMs - addedMs < this.settings.timeoutMs) break;
      if (!late.has(draft.clientId)) late.set(draft.clientId, token);
    }
    const { timeoutMs } = this.settings;
    const reason = `the log did not answer within ${timeoutMs} ms (APPEND_TIMEOUT)`;
    if (late.size > 0) this.pending.giveUp(late, reason, nowMs - timeoutMs);
    const oldest = this.pending.oldestUnstored;
    if (this.isFlowing && oldest !== undefined && nowMs - oldest.sentMs > PATIENCE_MS) this.resend();
  }
}

/** Undefined if it is not an answer of JetStream, for example because nobody listens on the subject. */
function answerOf(message: Msg): PubAck | undefined {
  if (message.data.length === 0) return undefined;
  return message.json<PubAck>();
}
