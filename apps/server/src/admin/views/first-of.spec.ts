import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FirstOf } from './first-of.js';

const ascending = (a: number, b: number) => a - b;

describe('the first of many', () => {
  test('are those that sorting all of them finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 })),
        fc.integer({ min: 1, max: 10 }),
        (numbers, most) => {
          const first = new FirstOf(most, ascending);
          for (const each of numbers) first.add(each);
          expect(first.all()).toEqual([...numbers].sort(ascending).slice(0, most));
        },
      ),
    );
  });
});
