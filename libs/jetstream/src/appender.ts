import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import {
  type Clock,
  type Draft,
  type LogListener,
  type Outcome,
  type Position,
  positionAt,
} from '@ws-hub/hub';
import { type EntryMessages, messageId } from './entry-message.js';

const SWEEP_MS = 100;
/** A draft that was answered by nothing for so long is sent again: its answer, or it, was lost. */
const PATIENCE_MS = 2_000;
const RETRY_MS = 250;
/** Errors of JetStream that another try will not mend: the store is full. */
const FINAL_ERRORS: ReadonlySet<number> = new Set([10_023, 10_047, 10_077]);

export interface AppenderSettings {
  readonly maxPending: number;
  readonly timeoutMs: number;
}

type Settled = ((outcome: Outcome) => void) | undefined;

/** A draft that the reader has not brought back yet. */
interface Pending {
  readonly id: string;
  readonly token: number;
  readonly draft: Draft;
  readonly key: string;
  /** Who wants to know; the same message may be published again while it is on its way. */
  readonly settled: Settled[];
  readonly addedMs: number;
  sentMs: number;
  isStored: boolean;
}

interface PubAck {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

/**
 * Appends to the stream, many at a time: a draft is published without waiting for the ones before it, and told by its
 * answer. What is not answered is sent again under the same id, all of it in its order, before anything newer.
 *
 * A draft is done when the reader has brought it back as an entry; the answer alone is no acknowledgement.
 */
export class Appender {
  private readonly pending = new Map<number, Pending>();
  private readonly byId = new Map<string, Pending>();
  private connection: NatsConnection | undefined;
  private inbox = '';
  private answers: Subscription | undefined;
  /** How many wait for an outcome: of each draft the first that published it, and all that did so again meanwhile. */
  private waiters = 0;
  private token = 0;
  private isFlowing = false;
  private isFull = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly sweep = setInterval(
    () => this.guarded('late appends', () => this.lookForLate()),
    SWEEP_MS,
  ).unref();
  private waiting: { readonly upTo: number; resolve(): void }[] = [];

  constructor(
    private readonly settings: AppenderSettings,
    private readonly messages: EntryMessages,
    private readonly clock: Clock,
    private readonly listener: Pick<LogListener, 'pressure' | 'failed'>,
  ) {}

  get size(): number {
    return this.waiters;
  }

  /**
   * There is a connection, and the stream on it, which the reader has read to its end: all that waits goes out, oldest
   * first. What was stored and has not come back was stored in a stream that is no more, or before a place that is lost.
   */
  open(connection: NatsConnection): void {
    this.connection = connection;
    this.inbox = createInbox();
    this.answers = connection.subscribe(`${this.inbox}.*`, {
      callback: (_error, message) => this.guarded('answer of the log', () => this.answered(message)),
    });
    for (const entry of this.pending.values()) entry.isStored = false;
    this.resend();
  }

  /** Nothing can be sent for the time being, and what is answered now may be of a stream that is no more. */
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

  append(draft: Draft, settled: Settled): void {
    const token = ++this.token;
    const key = draft.key ?? String(token);
    const id = messageId(draft.clientId, key);
    const underWay = this.byId.get(id);
    // The hub reads on a little after it has stopped: twice the bound is the end of it.
    if (this.waiters >= this.settings.maxPending * 2) {
      settled?.({ result: 'unavailable', reason: 'too much waits to be stored (MAX_PENDING_APPENDS)' });
      return;
    }
    this.waiters++;
    if (underWay === undefined) this.begin(id, token, key, draft, settled);
    else underWay.settled.push(settled);
    this.judgePressure();
  }

  /** The reader has come to an entry with this id. */
  seen(id: string, position: Position): void {
    const found = this.byId.get(id);
    if (found !== undefined) this.settle(found, { result: 'stored', position });
  }

  /** Resolves when all that was appended so far is settled. */
  async settledSoFar(): Promise<void> {
    if (this.pending.size === 0) return;
    await new Promise<void>((resolve) => this.waiting.push({ upTo: this.token, resolve }));
  }

  private begin(id: string, token: number, key: string, draft: Draft, settled: Settled): void {
    const nowMs = this.clock.monotonicMs();
    const entry = {
      id,
      token,
      draft,
      key,
      settled: [settled],
      addedMs: nowMs,
      sentMs: nowMs,
      isStored: false,
    };
    this.pending.set(token, entry);
    this.byId.set(id, entry);
    if (this.isFlowing) this.send(entry, nowMs);
  }

  private send(entry: Pending, nowMs: number): void {
    entry.sentMs = nowMs;
    try {
      this.publish(entry);
    } catch (error) {
      this.listener.failed('append', error);
      this.giveUp(new Map([[entry.draft.clientId, entry.token]]), 'the hub could not send it to the log');
    }
  }

  private publish({ draft, key, token }: Pending): void {
    const { subject, data, headers } = this.messages.messageOf(draft, key);
    this.connection?.publish(subject, data, { headers, reply: `${this.inbox}.${token}` });
  }

  /** What an answer or a look does not settle for a bug is sent again, and late in the end. */
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
    for (const entry of this.pending.values()) if (!entry.isStored) this.send(entry, nowMs);
  }

  /** Newer ones wait as well: what was refused goes before them. */
  private resendLater(): void {
    this.isFlowing = false;
    this.retry ??= setTimeout(() => this.resend(), RETRY_MS);
  }

  private answered(message: Msg): void {
    const entry = this.pending.get(Number(message.subject.slice(this.inbox.length + 1)));
    if (entry === undefined) return;
    const answer = answerOf(message);
    // 0 comes with an error, and for what another answer says is on its way, and so not stored yet.
    if (answer?.error === undefined && answer?.seq)
      this.stored(entry, positionAt(answer.seq), answer.duplicate === true);
    else if (FINAL_ERRORS.has(answer?.error?.err_code ?? 0))
      this.giveUp(
        new Map([[entry.draft.clientId, entry.token]]),
        answer?.error?.description ?? 'the log is full',
      );
    else this.resendLater();
  }

  /** Stored before this was sent: the reader may have come past it long ago, so that it will not bring it again. */
  private stored(entry: Pending, position: Position, isDuplicate: boolean): void {
    entry.isStored = true;
    if (isDuplicate) this.settle(entry, { result: 'duplicate', position });
  }

  private lookForLate(): void {
    const nowMs = this.clock.monotonicMs();
    const late = new Map<string, number>();
    for (const { addedMs, draft, token } of this.pending.values()) {
      if (nowMs - addedMs < this.settings.timeoutMs) break;
      if (!late.has(draft.clientId)) late.set(draft.clientId, token);
    }
    const { timeoutMs } = this.settings;
    const reason = `the log did not answer within ${timeoutMs} ms (APPEND_TIMEOUT)`;
    if (late.size > 0) this.giveUp(late, reason, nowMs - timeoutMs);
    const oldest = this.oldestUnstored();
    if (this.isFlowing && oldest !== undefined && nowMs - oldest.sentMs > PATIENCE_MS) this.resend();
  }

  private oldestUnstored(): Pending | undefined {
    for (const entry of this.pending.values()) if (!entry.isStored) return entry;
    return undefined;
  }

  /**
   * From these on all of their senders, which must not be stored without what was said before them; of what is stored
   * only what was to come back by now.
   */
  private giveUp(
    from: ReadonlyMap<string, number>,
    reason: string,
    lateSinceMs = Number.NEGATIVE_INFINITY,
  ): void {
    for (const entry of [...this.pending.values()]) {
      const first = from.get(entry.draft.clientId);
      if (first === undefined || entry.token < first) continue;
      if (!entry.isStored || entry.addedMs <= lateSinceMs)
        this.settle(entry, { result: 'unavailable', reason });
    }
  }

  private settle(entry: Pending, outcome: Outcome): void {
    this.remove(entry);
    for (const settled of entry.settled) settled?.(outcome);
  }

  private remove(entry: Pending): void {
    this.pending.delete(entry.token);
    this.waiters -= entry.settled.length;
    if (this.byId.get(entry.id) === entry) this.byId.delete(entry.id);
    this.judgePressure();
    if (this.waiting.length > 0) this.wake();
  }

  private wake(): void {
    const [oldest = Number.POSITIVE_INFINITY] = this.pending.keys();
    const done = this.waiting.filter(({ upTo }) => upTo < oldest);
    this.waiting = this.waiting.filter(({ upTo }) => upTo >= oldest);
    for (const { resolve } of done) resolve();
  }

  private judgePressure(): void {
    const { maxPending } = this.settings;
    const isFull = this.waiters >= (this.isFull ? maxPending / 2 : maxPending);
    if (isFull === this.isFull) return;
    this.isFull = isFull;
    this.listener.pressure(isFull);
  }
}

/** Undefined for what is no answer of JetStream, such as that nobody listens to the subject. */
function answerOf(message: Msg): PubAck | undefined {
  if (message.data.length === 0) return undefined;
  return message.json<PubAck>();
}
