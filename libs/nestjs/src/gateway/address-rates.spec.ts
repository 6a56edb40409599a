import { describe, expect, test } from '@jest/globals';
import { AddressRates } from './address-rates.js';

/** How many of `count` simultaneous events are allowed. */
function granted(rates: AddressRates, network: string, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => rates.take(network, nowMs)).filter(Boolean).length;
}

describe('the rate of an address', () => {
  test('allows a second of events at once, and then as many per second', () => {
    const rates = new AddressRates(10);
    expect(granted(rates, 'a', 100, 0)).toBe(10);
    expect(granted(rates, 'a', 100, 500)).toBe(5);
    expect(granted(rates, 'b', 100, 500)).toBe(10);
    expect(granted(rates, 'a', 100, 60_000)).toBe(10);
  });

  test('gives events back, up to what there was', () => {
    const rates = new AddressRates(10);
    expect(granted(rates, 'a', 10, 0)).toBe(10);
    rates.giveBack('a');
    expect(granted(rates, 'a', 10, 0)).toBe(1);
    for (let n = 0; n < 20; n++) rates.giveBack('a');
    expect(granted(rates, 'a', 100, 0)).toBe(10);
  });

  test('of 0 means no limit', () => {
    expect(granted(new AddressRates(0), 'a', 100, 0)).toBe(100);
  });

  test('holds for known addresses, whichever others come, and memory stays bounded', () => {
    const rates = new AddressRates(10);
    granted(rates, 'eager', 100, 0);
    for (let i = 0; i < 100_000; i++) rates.take(`crowd-${i}`, 1);
    expect(rates.size).toBe(20_000);
    expect(granted(rates, 'eager', 100, 1)).toBe(0);
  });

  test('is shared by new addresses while all buckets are busy, and their own again afterwards', () => {
    const rates = new AddressRates(10);
    for (let i = 0; i < 20_000; i++) rates.take(`crowd-${i}`, 0);
    let taken = 0;
    for (let i = 0; i < 10_000; i++) if (rates.take(`more-${i}`, 1)) taken++;
    expect(taken).toBeLessThanOrEqual(200);
    expect(granted(rates, 'newcomer', 100, 2_000)).toBe(10);
  });

  test('is forgotten when its address is quiet', () => {
    const rates = new AddressRates(10);
    for (let i = 0; i < 1_000; i++) rates.take(`crowd-${i}`, 0);
    for (let i = 0; i < 1_000; i++) rates.take('one', 2_000 + i);
    for (let i = 0; i < 1_000; i++) rates.take(`next-${i}`, 4_000 + i);
    expect(rates.size).toBeLessThanOrEqual(1_001);
  });
});
