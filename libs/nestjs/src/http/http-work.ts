import { Injectable } from '@nestjs/common';
import { Clock, WorkBudget } from '@ws-hub/hub';
import type { HttpCaller } from './http-caller.js';

/** Does what requests ask for when it is their turn, and charges it to their callers, as what connections send. */
@Injectable()
export class HttpWork {
  constructor(
    private readonly budget: WorkBudget,
    private readonly clock: Clock,
  ) {}

  /** @returns what the task returns, or what that resolves to; rejects with what it throws */
  run<Result>({ account }: HttpCaller, task: () => Result | Promise<Result>): Promise<Result> {
    const { budget } = this;
    return new Promise<Result>((resolve, reject) => {
      budget.run(budget.laneOf(account, this.clock.monotonicMs()), () => {
        try {
          budget.charge(account, () => resolve(task()));
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}
