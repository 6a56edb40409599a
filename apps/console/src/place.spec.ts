import { describe, expect, test } from '@jest/globals';
import { hrefOf, oneOf, pageIn, placeIn } from './place.js';

describe('an address of the console', () => {
  test('brings back what it was made of, whatever it names', () => {
    const params = { by: 'user', search: 'a&b=c?d#e %2F <ü>' };
    expect(placeIn(hrefOf('/clients', params))).toEqual({ path: '/clients', params });
  });

  test('may name what nobody encoded', () => {
    expect(placeIn('#/tap?channel=a?b')).toEqual({ path: '/tap', params: { channel: 'a?b' } });
  });

  test('is the overview where it is empty', () => {
    expect(placeIn('')).toEqual({ path: '/', params: {} });
    expect(placeIn('#')).toEqual({ path: '/', params: {} });
  });

  test('leaves out what is not set', () => {
    expect(hrefOf('/channels', { search: '', page: undefined, order: 'name' })).toBe('#/channels?order=name');
    expect(hrefOf('/channels', { page: 0 })).toBe('#/channels?page=0');
  });

  test.each(['-1', '1.5', 'x', '1e99', ''])('that asks for page "%s" shows the first', (page) => {
    expect(pageIn({ page })).toBe(0);
  });

  test('names one of the words that are known', () => {
    expect(pageIn({ page: '7' })).toBe(7);
    expect(oneOf(['rate', 'name'], 'name')).toBe('name');
    expect(oneOf(['rate', 'name'], 'constructor')).toBe('rate');
  });
});
