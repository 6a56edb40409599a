import type { Guard } from '../guard.js';
import type { Clock } from '../time/clock.js';
import { Account } from './account.js';
import { TokenBucket } from './token-bucket.js';
import { type Worker, WorkQueue } from './work-queue.js';

/**
 * The lanes in order of priority, with the microseconds per turn that each may take while others wait. `light` is input
 * of clients below their share, `heavy` that of the others, `console` what operators look at. Each lane does at least
 * one piece per turn.
 */
const LANES = { light: 6_000, door: 2_000, replay: 2_000, heavy: 4_000, console: 1_000 } as const;
export type Lane = keyof typeof LANES;
const LANE_NAMES = Object.keys(LANES) as Lane[];

/** The load of a lane beyond what found room on arrival. */
export interface LaneUse {
  readonly name: Lane;
  /** Workers that wait now. */
  readonly queued: number;
  /** Pieces done so far, and the time that they took. */
  readonly pieces: number;
  readonly ms: number;
}

/** How much is done in one turn of the event loop before other events are handled. */
const TURN_US = 8_000;
/** A client's share: while it causes less work than this, it takes priority over those that cause more. */
const SHARE_US_PER_SECOND = 100_000;
const SHARE_BURST_US = 20_000;
const MS_US = 1_000;

/**
 * Shares the event loop between clients. All work that a peer causes is charged here: to the turn of the event loop,
 * which ends when its budget is spent, and to the client, which comes after all others once it has used more than its
 * share. Handshakes and HTTP requests have no client yet: they have a lane of their own, and rates per address at the
 * entry.
 *
 * Nothing is rejected here, and no client is slowed down while there is time left.
 */
export class WorkBudget {
  private readonly lanes = Object.fromEntries(LANE_NAMES.map((name) => [name, new WorkQueue()])) as Record<
    Lane,
    WorkQueue
  >;
  private readonly done = Object.fromEntries(
    LANE_NAMES.map((name) => [name, { pieces: 0, ms: 0 }]),
  ) as Record<Lane, { pieces: number; ms: number }>;
  private turnStartMs: number | undefined;
  private turnNumber = 1;
  /** Work of this turn that a flush still has to do. */
  private deferredUs = 0;
  private turnEnd: NodeJS.Immediate | undefined;
  /** Start of the open charge: its time, and the work caused by then. */
  private openedAtMs: number | undefined;
  private openedAtUs = 0;
  /** All deferred work, including the writes of a flush, for the clients' accounts. */
  private causedUs = 0;
  /** Called in each turn when the input of light clients is handled, before anything else. */
  lightDone: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly guard: Guard,
  ) {}

  /** Numbers the turns of the event loop in which work was done or this was read. */
  get turn(): number {
    this.begin();
    return this.turnNumber;
  }

  /** How much of each lane had to wait for a turn. */
  lanesInUse(): readonly LaneUse[] {
    return LANE_NAMES.map((name) => ({ name, queued: this.lanes[name].size, ...this.done[name] }));
  }

  /** Whether this turn has room, and nothing of the same or a higher priority waits. */
  isFree(lane: Lane, nowMs: number): boolean {
    if (this.spentUs(nowMs) >= TURN_US) return false;
    for (const name of LANE_NAMES) {
      if (this.lanes[name].size > 0) return false;
      if (name === lane) return true;
    }
    return true;
  }

  /** The lane for input of this client. */
  laneOf(account: Account, nowMs: number): 'light' | 'heavy' {
    return account.inDebtUntilMs > nowMs ? 'heavy' : 'light';
  }

  /** Starts a charge, up to `settle`. No closure, since this runs for every message. */
  open(nowMs: number): void {
    this.begin();
    this.openedAtMs = nowMs;
    this.openedAtUs = this.causedUs;
  }

  /** Charges the client for the time since `open`, and for the work deferred since. */
  settle(account: Account, nowMs: number): void {
    if (this.openedAtMs === undefined) return;
    const costUs = (nowMs - this.openedAtMs) * MS_US + this.causedUs - this.openedAtUs;
    this.openedAtMs = undefined;
    this.bill(account, costUs, nowMs);
  }

  /** Charges one task. */
  charge(account: Account, task: () => void): void {
    this.open(this.clock.monotonicMs());
    try {
      task();
    } finally {
      this.settle(account, this.clock.monotonicMs());
    }
  }

  /**
   * Charges work that the next flush will do to the open charge, or else to `account`.
   *
   * @param costUs also counts against this turn
   * @param fixedUs is only charged to the account: it occurs once per flush, so ending the turn for it would cause more
   *   flushes
   */
  defer(costUs: number, account: Account | undefined, fixedUs = 0): void {
    this.begin();
    this.deferredUs += costUs;
    this.causedUs += costUs + fixedUs;
    if (this.openedAtMs === undefined && account !== undefined)
      this.bill(account, costUs + fixedUs, this.clock.monotonicMs());
  }

  /** Runs a task in this turn if there is room, otherwise in a later one. */
  run(lane: Lane, task: () => void): void {
    if (!this.isFree(lane, this.clock.monotonicMs())) {
      this.enqueue(lane, once(task));
      return;
    }
    this.begin();
    task();
  }

  /** Lets a worker do its pieces in later turns, alternating with others of its lane. */
  enqueue(lane: Lane, worker: Worker): void {
    this.lanes[lane].add(worker);
    this.begin();
  }

  private readonly workFailed = (worker: Worker, error: unknown): void => {
    this.guard.failed('work', error);
    this.guard.run('work, ending it', () => worker.failed?.());
  };

  stop(): void {
    clearImmediate(this.turnEnd);
  }

  private bill(account: Account, costUs: number, nowMs: number): void {
    account.work ??= new TokenBucket(SHARE_US_PER_SECOND, SHARE_BURST_US, nowMs);
    account.inDebtUntilMs = nowMs + account.work.take(nowMs, costUs);
  }

  private spentUs(nowMs: number): number {
    if (this.turnStartMs === undefined) return 0;
    return (nowMs - this.turnStartMs) * MS_US + this.deferredUs;
  }

  /** A turn ends when the event loop runs its immediates. The next one starts with what waits. */
  private begin(): void {
    if (this.turnEnd !== undefined) return;
    this.turnStartMs = this.clock.monotonicMs();
    this.deferredUs = 0;
    this.turnEnd = setImmediate(() => this.next());
  }

  private next(): void {
    this.turnEnd = undefined;
    this.turnStartMs = undefined;
    this.turnNumber++;
    if (LANE_NAMES.every((lane) => this.lanes[lane].size === 0)) return;
    this.begin();
    this.serve('light');
    this.guard.run('flush', this.lightDone);
    for (const lane of LANE_NAMES) if (lane !== 'light') this.serve(lane);
  }

  private serve(lane: Lane): void {
    const queue = this.lanes[lane];
    if (queue.size === 0) return;
    const startMs = this.clock.monotonicMs();
    const untilUs = this.spentUs(startMs) + LANES[lane];
    const done = this.done[lane];
    let nowMs = startMs;
    while (queue.size > 0) {
      queue.workOnce(this.workFailed);
      done.pieces++;
      nowMs = this.clock.monotonicMs();
      if (this.spentUs(nowMs) >= untilUs) break;
    }
    done.ms += nowMs - startMs;
  }
}

function once(task: () => void): Worker {
  return {
    work: () => {
      task();
      return false;
    },
  };
}
