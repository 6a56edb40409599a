import { type Candidate, type Clock, Ledger } from '@ws-hub/hub';
import type { Jet } from '../notices/notice-upkeep.js';
import type { JetStreamOptions } from '../options.js';
import { SecretMarks } from '../secret-marks.js';
import { ensureStream } from '../stream.js';
import { Lease } from './lease.js';
import { LedgerMessages } from './ledger-messages.js';
import { LedgerState } from './ledger-state.js';
import { ledgerStream } from './ledger-stream.js';

export interface LedgerHooks {
  /** The current connection; undefined while the log is unreachable. */
  way(): Jet | undefined;
  /** The ledger cannot be used or reached. */
  refused(error: Error): void;
}

export interface LeaseTimes {
  /** Another hub takes the lead after this time without a renewal. */
  readonly leaseMs: number;
  readonly renewMs: number;
}

const TIMES: LeaseTimes = { leaseMs: 10_000, renewMs: 3_000 };

/** The ledger of all hubs of a log, in a stream beside it. */
export class JetStreamLedger extends Ledger {
  readonly isShared = true;
  private readonly plan: ReturnType<typeof ledgerStream>;
  private readonly marks: SecretMarks;
  private readonly messages: LedgerMessages;
  private readonly lease: Lease;
  private candidate: Candidate | undefined;
  private state: LedgerState | undefined;
  private skippedBefore = 0;
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> = Promise.resolve();
  private hasEnded = false;
  private refusal = '';

  constructor(
    settings: JetStreamOptions,
    clock: Clock,
    private readonly hooks: LedgerHooks,
    private readonly times = TIMES,
  ) {
    super();
    this.plan = ledgerStream(settings);
    this.marks = new SecretMarks(settings);
    this.messages = new LedgerMessages(settings);
    this.lease = new Lease(this.stream, this.messages, clock, times.leaseMs);
  }

  /** The number of messages found that no hub wrote. */
  get skipped(): number {
    return this.skippedBefore + (this.state?.skipped ?? 0);
  }

  lead(candidate: Candidate): void {
    this.candidate = candidate;
    this.turn();
  }

  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    clearTimeout(this.timer);
    this.resign();
    await this.underWay;
    const jet = this.hooks.way();
    // Without an answer the next hub waits until the lease expires.
    if (jet !== undefined) await this.lease.giveUp(jet).catch((error: Error) => this.hooks.refused(error));
  }

  private get stream(): string {
    return this.plan.wanted.name;
  }

  private turn(): void {
    this.underWay = this.attempt().finally(() => {
      if (!this.hasEnded) this.timer = setTimeout(() => this.turn(), this.times.renewMs).unref();
    });
  }

  private async attempt(): Promise<void> {
    // A term that ended for lack of the lease starts again, even if no other hub had the lease in the meantime.
    if (!this.lease.isHeld) this.resign();
    try {
      const jet = this.hooks.way();
      if (jet !== undefined) await this.claim(jet);
      this.refusal = '';
    } catch (error) {
      this.refuse(error as Error);
    }
    if (!this.lease.isHeld) this.resign();
  }

  private async claim(jet: Jet): Promise<void> {
    if (this.state === undefined) await ensureStream(jet.manager, this.plan, this.marks);
    const isHeld = await this.lease.claim(jet);
    if (isHeld && this.state === undefined && !this.hasEnded) await this.begin(jet);
  }

  /**
   * Reads what was written before this hub had the lease. Writes of another hub that are still in flight will fail as
   * too late.
   */
  private async begin(jet: Jet): Promise<void> {
    const state = new LedgerState(this.stream, this.messages, {
      way: () => this.hooks.way(),
      isHeld: () => this.lease.isHeld,
      over: () => this.resign(),
    });
    await state.load(jet);
    if (this.hasEnded || !this.lease.isHeld) return;
    this.state = state;
    this.candidate?.began(state);
  }

  private resign(): void {
    const { state } = this;
    if (state === undefined) return;
    this.skippedBefore += state.skipped;
    this.state = undefined;
    state.end();
    this.candidate?.ended();
  }

  /** Reports the same error once. */
  private refuse(error: Error): void {
    if (this.refusal !== error.message) this.hooks.refused(error);
    this.refusal = error.message;
  }
}
