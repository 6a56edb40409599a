import { Injectable } from '@nestjs/common';
import { Clock, Fifo, WorkBudget, type Worker } from '@ws-hub/hub';
import { ConsoleError } from '../console-route.js';

/** Bounds each slice in time and in items, because clients' messages wait for it. */
export const SLICE_MS = 1;
export const SLICE_ITEMS = 1_000;
/** The number of walks that may wait for the current one. */
export const MAX_WAITING = 20;

/** A walk over something long. */
interface Walk {
  /** Looks at the next item. @returns whether there may be more */
  step(): boolean;
  done(): void;
  failed(error: Error): void;
}

/**
 * Walks over connections and channels in slices, in the last lane of the hub's budget, one walk at a time: consoles cost at
 * most a millisecond per turn, whatever the number of connections, consoles and requests.
 */
@Injectable()
export class Walks implements Worker {
  private readonly waiting = new Fifo<Walk>();
  private current: Walk | undefined;

  constructor(
    private readonly budget: WorkBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Visits each item that still exists when its turn comes. Items added meanwhile may be visited too.
   *
   * @param size the number of items, which ends the walk even if items keep coming and going
   * @throws ConsoleError 503 if too many wait, 500 if `look` throws
   */
  over<Item>(items: Iterable<Item>, size: () => number, look: (item: Item) => void): Promise<void> {
    if (this.waiting.size >= MAX_WAITING)
      return Promise.reject(
        new ConsoleError(
          503,
          `the hub still answers ${MAX_WAITING} other requests; try again in a few seconds`,
        ),
      );
    return new Promise((done, failed) => {
      this.waiting.push({ step: stepsOf(items, size, look), done, failed });
      if (this.current === undefined) this.next();
    });
  }

  /** A slice of the walk in progress. */
  work(): boolean {
    const untilMs = this.clock.monotonicMs() + SLICE_MS;
    for (let looked = 0; looked < SLICE_ITEMS; looked++) {
      if (this.current?.step() !== true) return this.finish();
      if (this.clock.monotonicMs() >= untilMs) break;
    }
    return true;
  }

  failed(): void {
    this.current?.failed(new ConsoleError(500, 'this is a bug in the hub; its log has the details'));
    this.next();
  }

  private finish(): false {
    this.current?.done();
    this.next();
    return false;
  }

  private next(): void {
    this.current = this.waiting.shift();
    if (this.current !== undefined) this.budget.enqueue('console', this);
  }
}

/** Starts at the first call, and holds no items before that. */
function stepsOf<Item>(items: Iterable<Item>, size: () => number, look: (item: Item) => void): () => boolean {
  let iterator: Iterator<Item> | undefined;
  let left = 0;
  return () => {
    if (iterator === undefined) [iterator, left] = [items[Symbol.iterator](), size()];
    if (left-- <= 0) return false;
    const { value, done } = iterator.next();
    if (done === true) return false;
    look(value);
    return true;
  };
}
