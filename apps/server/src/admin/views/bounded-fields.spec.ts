import { describe, expect, test } from '@jest/globals';
import { boundedFields } from './bounded-fields.js';

describe('the fields of an event', () => {
  test('are copied as they are where they are small', () => {
    const fields = { user: 'u', n: 1, none: undefined, list: ['a'], at: new Date(0) };
    expect(boundedFields(fields)).toEqual({ ...fields, at: '1970-01-01T00:00:00.000Z' });
  });

  test('are cut, however long, many or deep they are', () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const copy = boundedFields({
      long: 'x'.repeat(1_000_000),
      many: new Array(1_000).fill(0),
      circle,
      big: 1n,
      err: new Error('y'.repeat(5_000)),
    });
    expect(JSON.stringify(copy).length).toBeLessThan(6_000);
    expect(copy).toMatchObject({ circle: { self: { self: '…' } }, big: '1', err: { type: 'Error' } });
    expect((copy.long as string).length).toBe(1_025);
    expect(copy.many).toHaveLength(50);
  });
});
