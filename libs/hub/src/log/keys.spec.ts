import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KEYS_PER_CLIENT } from './client-keys.js';
import { KEY_GUARD_MS, KEY_LIFE_MS, Keys } from './keys.js';

const PLENTY = 1_000_000;
/** What a client counts for besides its keys. */
const CLIENT_COST = 4;

/** Adds keys `0`, `1`, … of one client. @returns the next position */
function flood(keys: Keys, clientId: string, count: number, from = 1, nowMs = 0): number {
  for (let n = 0; n < count; n++) keys.add(clientId, String(n), from + n, nowMs);
  return from + count;
}

describe('the keys', () => {
  test('of a client are its newest 65,536', () => {
    const keys = new Keys(PLENTY);
    flood(keys, 'alice', KEYS_PER_CLIENT + 10);
    expect(keys.size).toBe(KEYS_PER_CLIENT);
    expect(keys.find('alice', '9', 0)).toBeUndefined();
    expect(keys.find('alice', '10', 0)).toBe(11);
    expect(keys.find('alice', String(KEYS_PER_CLIENT + 9), 0)).toBe(KEYS_PER_CLIENT + 10);
  });

  test('of four clients that publish 2,000 a second for ten minutes stay bounded, and each finds its newest', () => {
    const keys = new Keys(PLENTY);
    const clients = ['a', 'b', 'c', 'd'];
    // The messages of two minutes are less than a client's share, so a part of each second is as good as the whole.
    let position = 0;
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1_000) {
      for (let n = 0; n < 500; n++)
        for (const client of clients) keys.add(client, `${nowMs} ${n}`, ++position, nowMs);
      expect(keys.size).toBeLessThanOrEqual(clients.length * 500 * ((KEY_LIFE_MS + 1_000) / 1_000));
      for (const client of clients) expect(keys.find(client, `${nowMs} 0`, nowMs)).toBeDefined();
    }
  });

  test('of a client stay when others flood, each with new identities again and again', () => {
    const keys = new Keys(20_000);
    let next = flood(keys, 'alice', 900);
    for (let n = 0; n < 20; n++) next = flood(keys, `flooder ${n}`, 10_000, next);
    expect(keys.size).toBeLessThanOrEqual(20_000);
    expect(keys.find('alice', '0', 0)).toBeDefined();
  });

  test('of clients with one each are bounded by more than their number', () => {
    const keys = new Keys(1_000);
    for (let n = 1; n <= 5_000; n++) keys.add(`client ${n}`, 'k', n, 0);
    expect(keys.size).toBe(1_000 / (1 + CLIENT_COST));
    expect(keys.find('client 5000', 'k', 0)).toBe(5_000);
    expect(keys.find('client 1', 'k', 0)).toBeUndefined();
  });

  test('make room oldest first once they are a minute old, whichever client has most', () => {
    const keys = new Keys(100);
    keys.add('alice', 'old', 1, 0);
    keys.add('alice', 'young', 2, 1_000);
    const next = flood(keys, 'bob', 90, 3, KEY_GUARD_MS);
    expect([keys.size, keys.find('alice', 'old', KEY_GUARD_MS)]).toEqual([92, 1]);
    keys.add('bob', 'one more', next, KEY_GUARD_MS);
    expect(keys.find('alice', 'old', KEY_GUARD_MS)).toBeUndefined();
    expect([keys.size, keys.find('bob', '0', KEY_GUARD_MS)]).toEqual([92, 3]);
    expect(keys.forgottenEarly).toBe(0);
  });

  test('live for a minute, of few and of many clients that publish little, while there are no more in it than the maximum', () => {
    const keys = new Keys(6_000);
    // 99 a second are 5,940 in a minute, of eleven clients.
    const loud = Array.from({ length: 90 }, (_, n) => `loud ${n % 2}`);
    const clients = [...loud, ...Array.from({ length: 9 }, (_, n) => `quiet ${n}`)];
    let position = 0;
    for (let nowMs = 0; nowMs < 300_000; nowMs += 1_000) {
      for (const [n, client] of clients.entries()) keys.add(client, `${nowMs} ${n}`, ++position, nowMs);
      const youngMs = nowMs - KEY_GUARD_MS + 1_000;
      if (youngMs < 0) continue;
      for (const [n, client] of clients.entries())
        expect(keys.find(client, `${youngMs} ${n}`, nowMs)).toBeDefined();
    }
    expect(keys.forgottenEarly).toBe(0);
  });

  test('that had to go before their minute was over are counted', () => {
    const keys = new Keys(1_000);
    for (let n = 1; n <= 250; n++) keys.add(`client ${n}`, 'k', n, 0);
    expect(keys.forgottenEarly).toBe(50);
    flood(keys, 'alice', 10, 1_000, KEY_GUARD_MS);
    expect(keys.forgottenEarly).toBe(50);
  });

  test('are forgotten after two minutes, also those of a client that publishes nothing more', () => {
    const keys = new Keys(PLENTY);
    keys.add('alice', 'k', 1, 0);
    keys.add('bob', 'k', 2, 60_000);
    expect(keys.find('alice', 'k', KEY_LIFE_MS - 1)).toBe(1);
    expect(keys.find('alice', 'k', KEY_LIFE_MS)).toBeUndefined();
    keys.forgetOld(KEY_LIFE_MS);
    expect(keys.size).toBe(1);
    keys.forgetOld(KEY_LIFE_MS + 60_000);
    expect(keys.size).toBe(0);
  });

  test('that arrive again after their time are remembered again, and once', () => {
    const keys = new Keys(PLENTY);
    keys.add('alice', 'k', 1, 0);
    keys.add('alice', 'k', 2, KEY_LIFE_MS);
    expect([keys.size, keys.find('alice', 'k', 2 * KEY_LIFE_MS - 1)]).toEqual([1, 2]);
    keys.add('bob', 'k', 3, 2 * KEY_LIFE_MS);
    keys.add('bob', 'l', 4, 2.5 * KEY_LIFE_MS);
    keys.add('bob', 'k', 5, 3 * KEY_LIFE_MS);
    expect([keys.size, keys.find('bob', 'k', 3 * KEY_LIFE_MS)]).toEqual([2, 5]);
  });

  test('match a simple list of all messages', () => {
    const said = fc.record({
      client: fc.integer({ min: 0, max: 5 }),
      key: fc.integer({ min: 0, max: 30 }),
      // Whole grains, so that entries of the same time expire together.
      waitMs: fc.constantFrom(0, 0, 0, 10, 1_000, 50_000),
    });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 200 }), fc.integer({ min: 15, max: 60 }), (all, max) => {
        const [keys, list] = [new Keys(max), new KeyList(max)];
        let nowMs = 0;
        for (const [n, { client, key, waitMs }] of all.entries()) {
          nowMs += waitMs;
          const [clientId, name] = [`client ${client}`, `k${key}`];
          const found = keys.find(clientId, name, nowMs);
          expect(found).toBe(list.find(clientId, name, nowMs));
          if (found !== undefined) continue;
          keys.add(clientId, name, n + 1, nowMs);
          list.add(clientId, name, n + 1, nowMs);
          expect(keys.forgottenEarly).toBe(list.forgottenEarly);
        }
      }),
    );
  });
});

/** A simple model: one list that is searched from one end to the other. */
class KeyList {
  forgottenEarly = 0;
  private all: { clientId: string; key: string; position: number; atMs: number }[] = [];

  constructor(private readonly max: number) {}

  find(clientId: string, key: string, nowMs: number): number | undefined {
    return this.all.find(
      (known) => known.clientId === clientId && known.key === key && nowMs - known.atMs < KEY_LIFE_MS,
    )?.position;
  }

  add(clientId: string, key: string, position: number, nowMs: number): void {
    const newest = (name: string) => this.of(name).at(-1)?.atMs ?? 0;
    // An expired key counts as long as its client has one that is not expired, and has published nothing since.
    this.all = this.all.filter(
      (known) =>
        nowMs - newest(known.clientId) < KEY_LIFE_MS &&
        (known.clientId !== clientId || nowMs - known.atMs < KEY_LIFE_MS),
    );
    this.all.push({ clientId, key, position, atMs: nowMs });
    while (this.cost > this.max) {
      const [oldest] = this.all;
      const isOld = oldest !== undefined && nowMs - oldest.atMs >= KEY_GUARD_MS;
      if (!isOld) this.forgottenEarly++;
      this.all.splice(isOld ? 0 : this.all.indexOf(this.loser), 1);
    }
  }

  private of(clientId: string) {
    return this.all.filter((known) => known.clientId === clientId);
  }

  private get clients(): string[] {
    return [...new Set(this.all.map(({ clientId }) => clientId))];
  }

  private get cost(): number {
    return this.all.length + CLIENT_COST * this.clients.length;
  }

  /** The oldest key of the client with the most; among equals, of the one that has been silent longer. */
  private get loser() {
    const newest = (clientId: string) => this.of(clientId).at(-1)?.position ?? 0;
    const [client = ''] = this.clients.sort(
      (a, b) => this.of(b).length - this.of(a).length || newest(a) - newest(b),
    );
    return this.of(client)[0] as (typeof this.all)[number];
  }
}
