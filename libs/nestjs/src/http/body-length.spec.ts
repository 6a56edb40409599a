import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { bodyLengthOf } from './body-length.js';
import type { RouteName } from './http-routes.js';

const LIMITS = { maxHttpBody: 10_000, maxPayload: 1_000 };
const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

const lengthOf = (route: RouteName, type: string, length?: string) =>
  bodyLengthOf(
    { headers: { 'content-type': type, 'content-length': length } } as unknown as IncomingMessage,
    route,
    LIMITS,
  );

describe('the length of a body', () => {
  test.each<[RouteName, string, number]>([
    ['publish', TEXT, 1_000],
    ['publish', JSON_TYPE, 7_024],
    ['batch', JSON_TYPE, 10_000],
    ['disconnect', JSON_TYPE, 10_000],
  ])('of a %s in %s may be %d, and no more', (route, type, max) => {
    expect(lengthOf(route, type, String(max))).toBe(max);
    expect(() => lengthOf(route, type, String(max + 1))).toThrow(`may have at most ${max} bytes`);
  });

  test.each<RouteName>(['publish', 'batch'])(
    'of a %s that announces none counts as all that may be read',
    (route) => {
      expect(lengthOf(route, TEXT)).toBe(LIMITS.maxHttpBody);
    },
  );

  test('is a number', () => {
    expect(() => lengthOf('publish', TEXT, 'x')).toThrow('a body may have at most 10000 bytes');
  });
});
