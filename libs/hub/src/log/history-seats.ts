import type { Account } from '../backpressure/account.js';
import { Fifo } from './fifo.js';
import { HistoryError } from './history.js';

/** Maximum number of histories read at a time, including their transfer to the reader. */
const MAX_READINGS = 32;
const MAX_PER_CLIENT = 2;
/** How many of them anonymous clients may take; the rest is for identified clients. */
const MAX_OF_STRANGERS = 16;
const MAX_OF_APPLICATION = 8;
const MAX_WAITING = 1_000;

/** Limits how many histories are read at a time, since each may hold a page in memory. */
export class HistorySeats {
  private taken = 0;
  private ofStrangers = 0;
  private readonly ofClients = new Map<Account, number>();
  private ofApplication = 0;
  private readonly waiting = new Fifo<() => void>();

  /** How many clients are reading now. */
  get size(): number {
    return this.taken;
  }

  /**
   * Takes a seat for a client.
   *
   * @param isKnown whether it is identified
   * @returns releases the seat; call it once, when the client has its answer
   * @throws HistoryError `too_many` for this client; `unavailable`: too many in total
   */
  take(account: Account, isKnown: boolean): () => void {
    const ofClient = this.ofClients.get(account) ?? 0;
    if (ofClient >= MAX_PER_CLIENT) throw new HistoryError('too_many', `at most ${MAX_PER_CLIENT} at a time`);
    if (this.taken >= MAX_READINGS || (!isKnown && this.ofStrangers >= MAX_OF_STRANGERS))
      throw new HistoryError('unavailable', 'too many histories are being read');
    this.taken++;
    if (!isKnown) this.ofStrangers++;
    this.ofClients.set(account, ofClient + 1);
    return () => this.giveBack(account, isKnown);
  }

  /**
   * For the application that embeds the hub: it waits for its turn, and takes no client's seat.
   *
   * @throws HistoryError `unavailable` if too many are waiting already
   */
  async forApplication<Result>(task: () => Promise<Result>): Promise<Result> {
    await this.turn();
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.ofApplication--;
      else next();
    }
  }

  private turn(): Promise<void> {
    if (this.ofApplication < MAX_OF_APPLICATION) {
      this.ofApplication++;
      return Promise.resolve();
    }
    if (this.waiting.size >= MAX_WAITING)
      throw new HistoryError('unavailable', `${MAX_WAITING} histories are already waiting to be read`);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(account: Account, isKnown: boolean): void {
    this.taken--;
    if (!isKnown) this.ofStrangers--;
    const left = (this.ofClients.get(account) ?? 0) - 1;
    if (left > 0) this.ofClients.set(account, left);
    else this.ofClients.delete(account);
  }
}
