import type { Guard } from '../guard.js';
import type { Clock } from '../time/clock.js';
import { Account } from './account.js';
import { TokenBucket } from './token-bucket.js';
import { type Worker, WorkQueue } from './work-queue.js';

/**
 * Who is served first, and how many microseconds of a turn each kind may take while others wait. `light` is what clients
 * sent that have used less than their share; `heavy` what the others sent; `console` what operators look at. At least one
 * piece of each is done in a turn.
 */
const LANES = { light: 6_000, door: 2_000, replay: 2_000, heavy: 4_000, console: 1_000 } as const;
export type Lane = keyof typeof LANES;
const LANE_NAMES = Object.keys(LANES) as Lane[];

/** What a lane has had to do that did not have room when it came. */
export interface LaneUse {
  readonly name: Lane;
  /** Workers that wait now. */
  readonly queued: number;
  /** What was done so far, and how long it took. */
  readonly pieces: number;
  readonly ms: number;
}

/** So much is done in one turn of the event loop before others are looked after. */
const TURN_US = 8_000;
/** A client's share: as long as it causes less work than this, it goes before those that cause more. */
const SHARE_US_PER_SECOND = 100_000;
const SHARE_BURST_US = 20_000;
const MS_US = 1_000;

/**
 * Shares the event loop out. Whatever a peer causes is charged here: to the turn of the event loop, which ends when its
 * budget is spent, and to the client, which goes behind all others once it has used more than its share. Handshakes and
 * HTTP requests come from nobody yet: they have a lane, and rates by address at the door.
 *
 * Nothing is refused here, and nobody is slowed down while nobody else wants the time.
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
  /** What was caused in this turn and is still to be done in a flush. */
  private deferredUs = 0;
  private turnEnd: NodeJS.Immediate | undefined;
  /** What somebody is charged for at the moment: when it began, and what had been deferred by then. */
  private openedAtMs: number | undefined;
  private openedAtUs = 0;
  /** All that was caused and not done on the spot, for the clients' accounts: the writes of a flush included. */
  private causedUs = 0;
  /** Called in each turn when what light clients sent is done, and before anything else is. */
  lightDone: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly guard: Guard,
  ) {}

  /** Numbers the turns of the event loop in which something was done, or in which somebody asked. */
  get turn(): number {
    this.begin();
    return this.turnNumber;
  }

  /** How much of each lane had to wait for a turn. */
  lanesInUse(): readonly LaneUse[] {
    return LANE_NAMES.map((name) => ({ name, queued: this.lanes[name].size, ...this.done[name] }));
  }

  /** Whether this turn has room, and nothing waits that goes before it. */
  isFree(lane: Lane, nowMs: number): boolean {
    if (this.spentUs(nowMs) >= TURN_US) return false;
    for (const name of LANE_NAMES) {
      if (this.lanes[name].size > 0) return false;
      if (name === lane) return true;
    }
    return true;
  }

  /** The lane of what this client sends. */
  laneOf(account: Account, nowMs: number): 'light' | 'heavy' {
    return account.inDebtUntilMs > nowMs ? 'heavy' : 'light';
  }

  /** From now on somebody is charged, up to `settle`: not a closure for each message, since this is done for every one. */
  open(nowMs: number): void {
    this.begin();
    this.openedAtMs = nowMs;
    this.openedAtUs = this.causedUs;
  }

  /** Charges the client with the time since `open`, and with what was left to do since. */
  settle(account: Account, nowMs: number): void {
    if (this.openedAtMs === undefined) return;
    const costUs = (nowMs - this.openedAtMs) * MS_US + this.causedUs - this.openedAtUs;
    this.openedAtMs = undefined;
    this.bill(account, costUs, nowMs);
  }

  /** The same for one task. */
  charge(account: Account, task: () => void): void {
    this.open(this.clock.monotonicMs());
    try {
      task();
    } finally {
      this.settle(account, this.clock.monotonicMs());
    }
  }

  /**
   * Work was caused that the next flush will do; whoever is being charged pays, or else `account`.
   *
   * @param costUs counts against this turn
   * @param fixedUs is paid as well, but there is one such cost for a flush: to end the turn for it would make more of them
   */
  defer(costUs: number, account: Account | undefined, fixedUs = 0): void {
    this.begin();
    this.deferredUs += costUs;
    this.causedUs += costUs + fixedUs;
    if (this.openedAtMs === undefined && account !== undefined)
      this.bill(account, costUs + fixedUs, this.clock.monotonicMs());
  }

  /** Does something in this turn if there is room, else in a coming one. */
  run(lane: Lane, task: () => void): void {
    if (!this.isFree(lane, this.clock.monotonicMs())) {
      this.enqueue(lane, once(task));
      return;
    }
    this.begin();
    task();
  }

  /** Lets a worker do its pieces in coming turns, in turn with others of its lane. */
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

  /** The turn ends where the event loop does its immediates; the next one begins with what waits. */
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
