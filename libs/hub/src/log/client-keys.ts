import { Fifo } from './fifo.js';
import type { Slot } from './heap.js';

/**
 * So many keys of one client are remembered, its newest, whatever it says besides (PROTOCOL.md, "Keys"): those of a minute
 * at a thousand a second, since all backends that share a name over HTTP are one client.
 */
export const KEYS_PER_CLIENT = 65_536;

/** The newest keys of one client, and the positions of its messages that were stored under them. */
export class ClientKeys {
  /** The position under its newest key. */
  newest = 0;
  /** Its places among all clients by the number of their keys and by the oldest one, and its neighbours by the newest. */
  slot!: Slot<ClientKeys>;
  ageSlot!: Slot<ClientKeys>;
  older: ClientKeys | undefined;
  newer: ClientKeys | undefined;
  private readonly positions = new Map<string, number>();
  /** A map by itself is slow to find its oldest key after many were deleted: it walks over all that they left. */
  private readonly order = new Fifo<string>();

  constructor(readonly clientId: string) {}

  get size(): number {
    return this.order.size;
  }

  /** The position under its oldest key; to be asked only while there is one. */
  get oldest(): number {
    return this.positions.get(this.order.first as string) as number;
  }

  find(key: string): number | undefined {
    return this.positions.get(key);
  }

  /** @param expired keys of messages up to this position are forgotten first, so that none is remembered twice */
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
