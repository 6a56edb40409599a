import { ClientKeys } from './client-keys.js';
import { Expiry } from './expiry.js';
import { Heap } from './heap.js';

/** How long the same key means the same message (PROTOCOL.md, "Keys"). */
export const KEY_LIFE_MS = 120_000;
/**
 * Younger keys are only forgotten if there is no other way, and it is reported. A message in doubt may arrive again for
 * this long: from a library that retries for 20 s, over a connection that stalls for 40 s.
 */
export const KEY_GUARD_MS = 60_000;
/**
 * The memory of a client besides its keys, in keys. Without it, clients with a new identity for each key would use more
 * than is measured.
 */
const CLIENT_COST = 4;

/**
 * Remembers which messages were stored with which keys: the newest keys of each client, for two minutes, up to a total
 * maximum. Above it the oldest key of all is forgotten if it is older than a minute. Otherwise the client with the most
 * keys forgets its oldest, so a flood by a few clients makes them forget their own.
 */
export class Keys {
  private readonly clients = new Map<string, ClientKeys>();
  private readonly byNumber = new Heap<ClientKeys>();
  private readonly byAge = new Heap<ClientKeys>();
  private readonly expiry = new Expiry(KEY_LIFE_MS);
  private readonly guard = new Expiry(KEY_GUARD_MS);
  /** Keys forgotten within their minute because the maximum was exceeded. */
  forgottenEarly = 0;
  /** The ends of the list of clients by the age of their newest key. */
  private idlest: ClientKeys | undefined;
  private busiest: ClientKeys | undefined;
  private count = 0;

  /** @param max maximum number of keys; a client counts as four in addition to its own */
  constructor(private readonly max: number) {}

  /** The number of keys remembered. A few of them may be too old to be found. */
  get size(): number {
    return this.count;
  }

  /** The position stored with this key of this sender, if it is recent enough. */
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

  /** Forgets clients whose keys have all expired. */
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

  /** By number of keys, among equals the one that has been silent longer first; and by its oldest key. */
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
