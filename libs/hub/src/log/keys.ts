import { ClientKeys } from './client-keys.js';
import { Expiry } from './expiry.js';
import { Heap } from './heap.js';

/** So long the same key means the same message (PROTOCOL.md, "Keys"). */
export const KEY_LIFE_MS = 120_000;
/**
 * Younger than this they are forgotten only where there is no other way, and it is told: for so long a message in doubt
 * may come again, from a library that sends it again for 20 s and over a connection that stands still for 40 s.
 */
export const KEY_GUARD_MS = 60_000;
/** What a client takes besides its keys, in keys; or who comes with a new identity for each key would take more than is measured. */
const CLIENT_COST = 4;

/**
 * Which messages were stored under which keys: the newest of each client, for two minutes, and no more than a maximum
 * for all of them. Above it the oldest of all goes if it is older than a minute; else the client that holds the most
 * forgets its oldest, so that a flood by few forgets their own.
 */
export class Keys {
  private readonly clients = new Map<string, ClientKeys>();
  private readonly byNumber = new Heap<ClientKeys>();
  private readonly byAge = new Heap<ClientKeys>();
  private readonly expiry = new Expiry(KEY_LIFE_MS);
  private readonly guard = new Expiry(KEY_GUARD_MS);
  /** How many were forgotten before their minute was over, since there were more than the maximum. */
  forgottenEarly = 0;
  /** The ends of the list of clients by the age of their newest key. */
  private idlest: ClientKeys | undefined;
  private busiest: ClientKeys | undefined;
  private count = 0;

  /** @param max how many keys are remembered at most; a client counts as four besides its own */
  constructor(private readonly max: number) {}

  /** How many keys are remembered, a few of which may be too old to be found. */
  get size(): number {
    return this.count;
  }

  /** The position that was stored under this key of this sender, if it is not too long ago. */
  find(clientId: string, key: string, nowMs: number): number | undefined {
    const position = this.clients.get(clientId)?.find(key);
    return position !== undefined && position > this.expiry.upTo(nowMs) ? position : undefined;
  }

  /** Remembers a key that `find` does not find. @param position greater than any before */
  add(clientId: string, key: string, position: number, nowMs: number): void {
    this.forgetOld(nowMs);
    this.expiry.note(position, nowMs);
    this.guard.note(position, nowMs);
    const client = this.clients.get(clientId) ?? this.begin(clientId);
    this.count -= client.size;
    client.add(key, position, this.expiry.upTo(nowMs));
    this.count += client.size;
    this.rank(client);
    this.toTheBusy(client);
    while (this.count + CLIENT_COST * this.clients.size > this.max) this.forgetOne(nowMs);
  }

  /** Forgets the clients that have no key left which could be found. */
  forgetOld(nowMs: number): void {
    const expired = this.expiry.upTo(nowMs);
    while (this.idlest !== undefined && this.idlest.newest <= expired) this.end(this.idlest);
  }

  private forgetOne(nowMs: number): void {
    const oldest = this.byAge.first;
    if (oldest !== undefined && oldest.oldest <= this.guard.upTo(nowMs)) {
      this.forgetOldest(oldest);
      return;
    }
    const biggest = this.byNumber.first;
    if (biggest === undefined) return;
    this.forgottenEarly++;
    this.forgetOldest(biggest);
  }

  private forgetOldest(client: ClientKeys): void {
    if (client.size === 1) {
      this.end(client);
      return;
    }
    client.forgetOldest();
    this.count--;
    this.rank(client);
  }

  /** By the number of its keys, of equals first the one that has been silent for longer; and by its oldest key. */
  private rank(client: ClientKeys): void {
    this.byNumber.move(client.slot, client.size, client.newest);
    if (client.ageSlot.age !== client.oldest) this.byAge.move(client.ageSlot, 0, client.oldest);
  }

  private begin(clientId: string): ClientKeys {
    const client = new ClientKeys(clientId);
    client.slot = this.byNumber.add(client, 0, 0);
    client.ageSlot = this.byAge.add(client, 0, 0);
    this.clients.set(clientId, client);
    return client;
  }

  private end(client: ClientKeys): void {
    this.clients.delete(client.clientId);
    this.byNumber.remove(client.slot);
    this.byAge.remove(client.ageSlot);
    this.count -= client.size;
    this.unlink(client);
  }

  private toTheBusy(client: ClientKeys): void {
    if (this.busiest === client) return;
    this.unlink(client);
    client.older = this.busiest;
    if (this.busiest === undefined) this.idlest = client;
    else this.busiest.newer = client;
    this.busiest = client;
  }

  private unlink(client: ClientKeys): void {
    const { older, newer } = client;
    if (older !== undefined) older.newer = newer;
    else if (this.idlest === client) this.idlest = newer;
    if (newer !== undefined) newer.older = older;
    else if (this.busiest === client) this.busiest = older;
    client.older = client.newer = undefined;
  }
}
