import type { Account } from '../backpressure/account.js';
import { Fifo } from './fifo.js';
import { HistoryError } from './history.js';

/** Histories that are read at a time, until their readers have them. */
const MAX_READINGS = 32;
const MAX_PER_CLIENT = 2;
/** Of those, the ones that anybody may have; the rest is for clients that somebody knows. */
const MAX_OF_STRANGERS = 16;
const MAX_OF_APPLICATION = 8;
const MAX_WAITING = 1_000;

/** Bounds how many histories are read at a time, since each may hold a page in memory. */
export class HistorySeats {
  private taken = 0;
  private ofStrangers = 0;
  private readonly ofClients = new Map<Account, number>();
  private ofApplication = 0;
  private readonly waiting = new Fifo<() => void>();

  /** How many clients read one now. */
  get size(): number {
    return this.taken;
  }

  /**
   * For a client.
   *
   * @param isKnown whether it has shown who it is
   * @returns gives the seat back; to be called once, when the client has what it has asked for
   * @throws HistoryError `too_many` of this client; `unavailable`: too many of all
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
   * For the application in which the hub lives: it waits for its turn, and takes nobody's seat.
   *
   * @throws HistoryError `unavailable` if too many wait already
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
      throw new HistoryError('unavailable', `${MAX_WAITING} histories wait to be read already`);
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
