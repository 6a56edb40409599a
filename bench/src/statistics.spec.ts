import { expect, test } from '@jest/globals';
import { spread } from './statistics.js';

test('the median of an even number of figures lies between the two in the middle', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
});

test('the median of an odd number of figures is the one in the middle', () => {
  expect(spread([30, 10, 20])).toEqual({ median: 20, min: 10, max: 30 });
});

test('no figures have no median', () => {
  expect(spread([])).toBeUndefined();
});
