import { afterAll, describe, expect, test } from '@jest/globals';
import { ATTACKS } from './attacks.js';
import { battle, LONG, peace } from './battle.js';
import { tableRow } from './table-row.js';

describe('the process lives, a healthy pair loses nothing, and the attack gains nothing:', () => {
  afterAll(peace);

  test.each(ATTACKS.filter(({ onlyLong }) => LONG || onlyLong !== true))(
    '$finding $name',
    async (attack) => {
      const outcome = await battle(attack);
      tableRow(outcome);
      expect(outcome.broken).toEqual([]);
      // Only with dedicated cores and enough time: otherwise figures say nothing about the hub.
      if (LONG) expect(outcome.slow).toEqual([]);
    },
    300_000,
  );
});
