import { expect, test } from '@jest/globals';
import { Account } from '../backpressure/account.js';
import { HistorySeats } from './history-seats.js';

test('a client has two seats, and all clients together have 32', () => {
  const seats = new HistorySeats();
  const alice = new Account();
  const giveBack = seats.take(alice, true);
  seats.take(alice, true);
  expect(() => seats.take(alice, true)).toThrow(expect.objectContaining({ code: 'too_many' }));
  giveBack();
  seats.take(alice, true);
  for (let n = 0; n < 30; n++) seats.take(new Account(), true);
  expect(() => seats.take(new Account(), true)).toThrow(expect.objectContaining({ code: 'unavailable' }));
});

test('anonymous clients have half of them', () => {
  const seats = new HistorySeats();
  const givenBack = seats.take(new Account(), false);
  for (let n = 0; n < 15; n++) seats.take(new Account(), false);
  expect(() => seats.take(new Account(), false)).toThrow(expect.objectContaining({ code: 'unavailable' }));
  givenBack();
  seats.take(new Account(), false);
  for (let n = 0; n < 16; n++) seats.take(new Account(), true);
});

test('the application has eight concurrent reads, others wait in order, and at most a thousand wait', async () => {
  const seats = new HistorySeats();
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const read = (n: number) =>
    seats.forApplication(() => {
      began.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const readings = Array.from({ length: 1_008 }, (_, n) => read(n));
  await expect(read(1_008)).rejects.toMatchObject({ code: 'unavailable' });
  expect(began).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (let n = 0; n < readings.length; n++) {
    ends[n]?.();
    await readings[n];
  }
  expect(began).toEqual(readings.map((_, n) => n));
  // No client's seat was taken.
  for (let n = 0; n < 32; n++) seats.take(new Account(), true);
});
