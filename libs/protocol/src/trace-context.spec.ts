import { describe, expect, test } from '@jest/globals';
import { MAX_TRACE_LENGTH, readTraceparent, traceparentOf } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  test.each([
    ['01', true],
    ['00', false],
    ['03', true],
    ['fe', false],
  ])('with the flags %s is read', (flags, isSampled) => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-${flags}`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      isSampled,
    });
  });

  test('of a later version is read as far as it is known', () => {
    const parent = { traceId: TRACE, spanId: SPAN, isSampled: true };
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01`)).toEqual(parent);
    expect(readTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`)).toEqual(parent);
  });

  test.each([
    ['nothing', ''],
    ['the invalid version', `ff-${TRACE}-${SPAN}-01`],
    ['no trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['no span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['more than its version has', `00-${TRACE}-${SPAN}-01-more`],
    ['something stuck to its end', `cc-${TRACE}-${SPAN}-01more`],
    ['two of them', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['a line break', `00-${TRACE}-${SPAN}-01\n`],
    ['too much', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(MAX_TRACE_LENGTH)}`],
  ])('that has %s is invalid', (_what, text) => {
    expect(readTraceparent(text)).toBeUndefined();
  });

  test('is written as it was read', () => {
    for (const text of [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-00`])
      expect(traceparentOf(readTraceparent(text) as NonNullable<ReturnType<typeof readTraceparent>>)).toBe(
        text,
      );
  });
});
