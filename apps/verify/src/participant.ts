import type { Ledger } from './ledger.js';
import type { Heard, Listener, Talker, Way } from './ways/way.js';
import type { Ways } from './ways/ways.js';

/** The messages that one client received: their numbers, in order. */
export interface Hearing {
  readonly heard: readonly number[];
  /** Indexes of gaps: each was reported before the message at that index. */
  readonly gaps: readonly number[];
  /** The clients whose fence it received: all of their messages came before it. */
  readonly fences: ReadonlySet<number>;
  /** Whether it receives its own messages, because publisher and listener are different clients to the hub. */
  readonly hearsItself: boolean;
}

/** One client of the test: it publishes, listens and keeps a record. */
export class Participant implements Hearing {
  readonly heard: number[] = [];
  readonly gaps: number[] = [];
  readonly fences = new Set<number>();
  readonly hearsItself: boolean;
  readonly latenciesMs: number[] = [];
  /** Messages from outside this test. */
  foreign = 0;
  malformed = 0;
  /** How it talks and listens: one, or two. */
  readonly ways: readonly Way[];
  private readonly talker: Talker;
  private readonly listener: Listener;
  private readonly has = new Set<number>();
  private connectedAtMs = 0;
  private pending = 0;

  constructor(
    readonly index: number,
    { talker, listener }: Ways,
    private readonly ledger: Ledger,
    private readonly now: () => number,
  ) {
    this.talker = talker;
    this.listener = listener;
    this.ways = [...new Set<Way>([talker, listener])];
    this.hearsItself = this.ways.length > 1;
    this.listen();
  }

  get isConnected(): boolean {
    return this.ways.every(({ isConnected }) => isConnected);
  }

  get hasStopped(): boolean {
    return this.ways.some(({ hasStopped }) => hasStopped);
  }

  /** Whether the hub has rejected it because of its credentials, or because it has none. */
  get isWithoutAccess(): boolean {
    return this.ways.some(({ isWithoutAccess }) => isWithoutAccess);
  }

  /** Whether the hub promises it something across a cut. */
  get isResumable(): boolean {
    return this.ways.every(({ isResumable }) => isResumable);
  }

  /** How its last connection ended, or its last attempt at one, in words. */
  get whyGone(): string {
    return (this.ways.find(({ isConnected }) => !isConnected) ?? this.talker).whyGone;
  }

  /** A URL to try, if it could not connect. */
  get hint(): string | undefined {
    return this.ways.find(({ hint }) => hint !== undefined)?.hint;
  }

  start(): void {
    for (const way of this.ways) way.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.ways.map((way) => way.close()));
  }

  /** Publishes the next message of the test. */
  talk(): void {
    const number = this.ledger.say(this.index);
    this.pending++;
    void this.talker.publish(`verify ${number}`).then(({ fate, id, duplicate = false }) => {
      this.pending--;
      if (!this.hearsItself) this.has.add(number);
      if (duplicate) this.ledger.repeated++;
      this.ledger.settle(number, fate, id);
    });
  }

  /**
   * Publishes a marker, which is ordered after all messages of this client: a client that receives it and misses
   * one of them will never receive that one.
   */
  sayFence(): void {
    // One that fails, or is lost like any other, is followed by another.
    void this.talker.publish(`verify fence ${this.index}`);
  }

  /** Whether one of its messages is neither acknowledged nor refused. */
  get isOwedAnswers(): boolean {
    return this.pending > 0;
  }

  /** Whether a cut would hit traffic in flight: its own message without an ack, or one that others have received and it has not. */
  hasTrafficInFlight(way: Way): boolean {
    if (way === this.talker && this.isOwedAnswers) return true;
    if (way !== this.listener) return false;
    return this.ledger.since(this.connectedAtMs).some((number) => !this.has.has(number));
  }

  private listen(): void {
    this.listener.listen({
      connected: () => {
        this.connectedAtMs = this.now();
      },
      message: (message) => this.hear(message),
      gap: () => this.gaps.push(this.heard.length),
      malformed: () => this.malformed++,
    });
  }

  private hear({ id, content }: Heard): void {
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
