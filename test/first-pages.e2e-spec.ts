import { test } from '@jest/globals';
import { describeWithBrowser } from './guides/browser.js';
import { followReadme, followStart } from './guides/first-pages.js';

describeWithBrowser('in a clone', (browser) => {
  test('what docs/start.md shows is what happens', () => followStart(browser()));

  test('what the README shows is what happens', () => followReadme(browser()));
});
