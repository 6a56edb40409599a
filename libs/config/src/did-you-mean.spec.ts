import { describe, expect, test } from '@jest/globals';
import { didYouMean, suggestionsFor } from './did-you-mean.js';

const NAMES = ['port', 'host', 'log-level', 'metrics-port', 'metrics-host', 'admin-port'];

describe('a suggestion', () => {
  test.each([
    ['prot', ['port']],
    ['PORT', ['port']],
    ['hst', ['host']],
    ['loglevel', ['log-level']],
    ['metric-port', ['metrics-port', 'metrics-host']],
    ['admin', ['admin-port']],
    ['ad', []],
    ['colour', []],
    ['x', []],
    ['', []],
  ])('for %p is %j', (word, expected) => {
    expect(suggestionsFor(word, NAMES)).toEqual(expected);
  });

  test('has at most two names, the nearest first', () => {
    expect(suggestionsFor('ports', ['parts', 'port', 'sports', 'ports2'])).toEqual(['parts', 'port']);
  });

  test('is a question, or nothing', () => {
    expect(didYouMean('prot', NAMES, '--')).toBe('; did you mean --port?');
    expect(didYouMean('metric-port', NAMES)).toBe('; did you mean metrics-port or metrics-host?');
    expect(didYouMean('colour', NAMES)).toBe('');
  });
});
