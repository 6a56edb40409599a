import { afterEach, expect, test } from '@jest/globals';
import { readGuide } from './guides/guide.js';
import { Walk } from './guides/walk.js';

let walk: Walk;
afterEach(() => walk?.end());

test.each([
  ['tokens', undefined],
  ['issue-tokens-nest', 'nest-tokens'],
  ['key-sets', 'local-issuer'],
  ['site-cookies', undefined],
  ['devices', undefined],
  ['api-keys', undefined],
  ['sse', undefined],
  ['webhooks', undefined],
  ['traces', undefined],
  ['nest', undefined],
  ['write-a-client', undefined],
])('what docs/guides/%s.md shows is what happens', async (name, example) => {
  const guide = readGuide(name);
  expect(guide.steps.length).toBeGreaterThan(3);
  walk = await Walk.begin(guide, example);
  for (const step of guide.steps) await walk.take(step);
});
