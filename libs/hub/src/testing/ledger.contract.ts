import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Lead,
  type Ledger,
  MAX_LEDGER_ENTRIES,
  MAX_LEDGER_KEY_BYTES,
  MAX_LEDGER_VALUE_BYTES,
} from '../log/ledger.js';
import { LedgerCandidate } from './ledger-candidate.js';

/** A ledger under test, and its environment. */
export interface LedgerBench {
  readonly ledger: Ledger;
  /** The ledger of another node of the same log, where nodes can share one. */
  another?(): Ledger;
  end(): Promise<void>;
}

/**
 * The contract of every ledger.
 *
 * @param make creates a new, empty one
 * @param isShared whether nodes share it, and it outlives them
 */
export function ledgerContract(name: string, make: () => Promise<LedgerBench>, isShared = false): void {
  describe(`${name} as a ledger`, () => {
    let bench: LedgerBench;
    beforeEach(async () => {
      bench = await make();
    });
    afterEach(() => bench.end());

    function apply(ledger: Ledger): LedgerCandidate {
      const candidate = new LedgerCandidate();
      ledger.lead(candidate);
      return candidate;
    }
    const lead = (): Promise<Lead> => apply(bench.ledger).lead();

    test('lets the only candidate lead, without entries', async () => {
      const { isHeld, entries } = await lead();
      expect([isHeld, [...entries], bench.ledger.isShared]).toEqual([true, [], isShared]);
    });

    test('has the last value of an entry, and no removed entries', async () => {
      const { entries, set } = bindTo(await lead());
      await set('a', 'first');
      await set('Zoë 😀 \n.*>', '{"any":"text ⚡\\u0000"}');
      await set('gone', 'x');
      await set('a', 'second');
      await set('gone', undefined);
      await set('never there', undefined);
      expect(new Map(entries)).toEqual(
        new Map([
          ['a', 'second'],
          ['Zoë 😀 \n.*>', '{"any":"text ⚡\\u0000"}'],
        ]),
      );
      await set('gone', 'again');
      await set('gone', 'and again');
      expect(entries.get('gone')).toBe('and again');
    });

    test('accepts keys and values up to their limits, and rejects longer ones', async () => {
      const { entries, set } = bindTo(await lead());
      const [key, value] = ['k'.repeat(MAX_LEDGER_KEY_BYTES), 'v'.repeat(MAX_LEDGER_VALUE_BYTES)];
      await set(key, value);
      await expect(set(`${key}k`, 'x')).rejects.toThrow(
        'a key of 257 bytes is not allowed; allowed: at most 256',
      );
      await expect(set('a', `${value}v`)).rejects.toThrow(RangeError);
      expect([...entries]).toEqual([[key, value]]);
      expect(MAX_LEDGER_ENTRIES).toBeGreaterThanOrEqual(100_000);
    });

    test('accepts nothing more after its end', async () => {
      const candidate = apply(bench.ledger);
      const held = await candidate.lead();
      await Promise.all([bench.ledger.end(), candidate.hasEnded()]);
      expect(held.isHeld).toBe(false);
      await expect(held.set('a', 'b')).rejects.toMatchObject({ code: 'lost' });
      await bench.ledger.end();
    });

    if (!isShared) return;

    test('lets one lead at a time, and the next one at its end, with all entries', async () => {
      const first = bindTo(await lead());
      const other = apply(bench.another?.() as Ledger);
      await first.set('a', 'b');
      await first.set('c', 'd');
      await first.set('c', undefined);
      expect(other.hasLead).toBe(false);
      await bench.ledger.end();
      const next = await other.lead();
      expect([...next.entries]).toEqual([['a', 'b']]);
      await next.set('a', 'changed');
      expect([...next.entries]).toEqual([['a', 'changed']]);
    });
  });
}

function bindTo(lead: Lead): Pick<Lead, 'entries' | 'set'> {
  return { entries: lead.entries, set: (key, value) => lead.set(key, value) };
}
