import { Injectable } from '@nestjs/common';
import { type Account, Clock, WorkBudget } from '@ws-hub/hub';
import type { HttpCaller } from './http-caller.js';

/** Runs the work of requests on the shared schedule, and charges it to the callers like the work of connections. */
@Injectable()
export class HttpWork {
  constructor(
    private readonly budget: WorkBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns what the task returns, synchronously if there is room in this turn. @throws what the task throws; also as
   *   a rejection
   */
  run<Result>({ account }: HttpCaller, task: () => Result | Promise<Result>): Result | Promise<Result> {
    const { budget } = this;
    const nowMs = this.clock.monotonicMs();
    const lane = budget.laneOf(account, nowMs);
    if (budget.isFree(lane, nowMs)) return this.charged(account, task);
    return new Promise<Result>((resolve, reject) => {
      budget.run(lane, () => {
        try {
          resolve(this.charged(account, task));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  private charged<Result>(account: Account, task: () => Result): Result {
    this.budget.open(this.clock.monotonicMs());
    try {
      return task();
    } finally {
      this.budget.settle(account, this.clock.monotonicMs());
    }
  }
}
