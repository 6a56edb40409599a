import { expect, test } from '@jest/globals';
import { withDefaults } from './options.js';

test('an option that is left out or undefined has its default, and what is not an option is left out', () => {
  const given = { one: undefined, two: 0, other: 'not an option' };
  expect(withDefaults({ one: 1, two: 2, three: 3 }, given)).toEqual({ one: 1, two: 0, three: 3 });
});
