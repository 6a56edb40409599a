import { Fifo } from './fifo.js';
import type { Slot } from './heap.js';

/**
 * Maximum number of keys remembered per client, the newest ones (PROTOCOL.md, "Keys"). Enough for a minute at a
 * thousand per second, since all backends that share a name over HTTP are one client.
 */
export const KEYS_PER_CLIENT = 65_536;

/** The newest keys of one client, and the positions of the messages stored with them. */
export class ClientKeys {
  /** The position of its newest key. */
  newest = 0;
  /** Its places among all clients by number of keys and by oldest key, and its neighbours by newest key. */
  slot!: Slot<ClientKeys>;
  ageSlot!: Slot<ClientKeys>;
  older: ClientKeys | undefined;
  newer: ClientKeys | undefined;
  private readonly positions = new Map<string, number>();
  /** A Map alone is slow to find its oldest key after many deletions: it walks over the deleted entries. */
  private readonly order = new Fifo<string>();

  constructor(readonly clientId: string) {}

  get size(): number {
    return this.order.size;
  }

  /** The position of its oldest key. Only valid while there is one. */
  get oldest(): number {
    return this.positions.get(this.order.first as string) as number;
  }

  find(key: string): number | undefined {
    return this.positions.get(key);
  }

  /** @param expired keys up to this position are forgotten first, so that none is remembered twice */
  add(key: string, position: number, expired: number): void {
    while (this.size > 0 && this.oldest <= expired) this.forgetOldest();
    if (this.size === KEYS_PER_CLIENT) this.forgetOldest();
    this.positions.set(key, position);
    this.order.push(key);
    this.newest = position;
  }

  forgetOldest(): void {
    const key = this.order.shift();
    if (key !== undefined) this.positions.delete(key);
  }
}
