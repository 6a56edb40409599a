import {
  type Dialect,
  type Ending,
  HubClient,
  type HubClientOptions,
  meansNoAccess,
  type PublishError,
  type ReceivedMessage,
} from '@ws-hub/hub-client';
import type { Ledger } from './ledger.js';
import { Wire } from './wire.js';

/** A test that cuts connections all the time does not want the long waits that real clients should have. */
const INITIAL_MS = 50;
const MAX_MS = 500;

/** What one client heard: numbers of messages, in their order. */
export interface Hearing {
  readonly heard: readonly number[];
  /** Where in it a gap was told: before the message at that index. */
  readonly gaps: readonly number[];
  /** The clients whose fence it heard: all else that they said came before that. */
  readonly fences: ReadonlySet<number>;
}

/** One client of the test: it talks, listens and keeps a record. */
export class Participant implements Hearing {
  readonly heard: number[] = [];
  readonly gaps: number[] = [];
  readonly fences = new Set<number>();
  readonly latenciesMs: number[] = [];
  /** Messages that are none of this test's. */
  foreign = 0;
  malformed = 0;
  dialect: Dialect | undefined;
  isStalled = false;
  hasStopped = false;
  readonly wire = new Wire();
  private readonly client: HubClient;
  private readonly has = new Set<number>();
  private connectedAtMs = 0;
  private lastEnding: Ending | undefined;
  private pending = 0;

  constructor(
    readonly index: number,
    url: string,
    private readonly ledger: Ledger,
    private readonly now: () => number,
    token?: HubClientOptions['token'],
  ) {
    const own = { open: this.wire.open, initialMs: INITIAL_MS, maxMs: MAX_MS };
    this.client = new HubClient({ url, ...own, ...(token && { token }) });
    this.listen();
  }

  get isConnected(): boolean {
    return this.client.connected;
  }

  start(): void {
    this.client.start();
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /** Says the next message of the test. */
  talk(): void {
    const number = this.ledger.say(this.index);
    this.pending++;
    this.client.publish(`verify ${number}`).then(
      ({ id }) => this.settle(number, 'acked', id),
      ({ reason }: PublishError) => this.settle(number, reason === 'outcome_unknown' ? 'unknown' : 'refused'),
    );
  }

  /**
   * Says something that is none of the messages and stands behind all of this client's: whoever hears it and misses
   * one of them will not hear that any more.
   */
  sayFence(): void {
    // One that fails, or is lost like any other, is followed by another.
    void Promise.allSettled([this.client.publish(`verify fence ${this.index}`)]);
  }

  /** How its last connection ended, or its last attempt at one, in words. */
  get whyGone(): string {
    const { code, reason, error } = this.lastEnding ?? { code: 1006, reason: 'no answer' };
    return error?.message ?? `${code} ${reason}`.trimEnd();
  }

  /** Whether the hub has sent it away because of its token, or for want of one. */
  get isWithoutAccess(): boolean {
    return this.hasStopped && this.lastEnding !== undefined && meansNoAccess(this.lastEnding);
  }

  /** Whether something that it said is neither acknowledged nor refused. */
  get isOwedAnswers(): boolean {
    return this.pending > 0;
  }

  /** Whether a cut would hit something: an own message without its ack, or one that others have and this one has not. */
  get hasTrafficInFlight(): boolean {
    if (!this.isConnected) return false;
    return this.pending > 0 || this.ledger.since(this.connectedAtMs).some((number) => !this.has.has(number));
  }

  private settle(number: number, fate: 'acked' | 'unknown' | 'refused', id?: string): void {
    this.pending--;
    this.has.add(number);
    this.ledger.settle(number, fate, id);
  }

  private listen(): void {
    this.client.on('connected', ({ dialect }) => {
      this.dialect = dialect;
      this.connectedAtMs = this.now();
    });
    this.client.on('message', (message) => this.hear(message));
    this.client.on('gap', () => this.gaps.push(this.heard.length));
    this.client.on('malformed', () => this.malformed++);
    this.client.on('disconnected', (ending) => {
      this.lastEnding = ending;
    });
    this.client.on('stopped', () => {
      this.hasStopped = true;
    });
  }

  private hear({ id, content }: ReceivedMessage): void {
    const [, fence, digits] = /^verify (fence )?(\d+)$/.exec(content) ?? [];
    const number = Number(digits ?? Number.NaN);
    if (fence !== undefined) {
      this.fences.add(number);
      this.ledger.lastNewsMs = this.now();
    } else if (this.ledger.said[number] === undefined) {
      this.foreign++;
    } else {
      this.heard.push(number);
      this.has.add(number);
      this.latenciesMs.push(this.ledger.hear(number, id));
    }
  }
}
