import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { hasBrowser, ReadersBrowser } from './guides/browser.js';
import { followReadme, followStart } from './guides/first-pages.js';

const NOTICE = 'no Chromium on PATH, so README and docs/start.md were not followed: apt-get install chromium';

(hasBrowser ? describe : describe.skip)(hasBrowser ? 'in a clone' : NOTICE, () => {
  let browser: ReadersBrowser;
  beforeAll(async () => {
    browser = await ReadersBrowser.start();
  });
  afterAll(() => browser?.close());

  test('what docs/start.md shows is what happens', () => followStart(browser));

  test('what the README shows is what happens', () => followReadme(browser));
});
