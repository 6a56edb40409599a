import { describe, expect, test } from '@jest/globals';
import { ordered, pressed } from './order.js';

describe('rows', () => {
  test('are ordered by figures as figures, and equal ones keep their places', () => {
    const rows = [10, 9, 100, 9.5];
    expect(ordered(rows, (row) => row, false)).toEqual([9, 9.5, 10, 100]);
    expect(ordered(['b1', 'a1', 'b2'], (row) => row[0] as string, true)).toEqual(['b1', 'b2', 'a1']);
    expect(rows).toEqual([10, 9, 100, 9.5]);
  });

  test('begin with the largest figure or the first name, and turn with the next press', () => {
    const byFigure = pressed(undefined, 'Queued', true);
    expect(byFigure).toEqual({ column: 'Queued', isDescending: true });
    expect(pressed(byFigure, 'Queued', true).isDescending).toBe(false);
    expect(pressed(byFigure, 'Client', false)).toEqual({ column: 'Client', isDescending: false });
  });
});
