import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromiumPath } from '@ws-hub/testing';
import { type Browser, chromium, type Page } from 'playwright-core';

const NOTICE = 'no Chromium on PATH, so README and docs/start.md were not followed: npm run setup:test';

/** Tests that need a browser: skipped with a visible line where there is none, required where CI is set. */
export function describeWithBrowser(name: string, tests: (browser: () => ReadersBrowser) => void): void {
  if (chromiumPath === undefined) {
    process.stderr.write(`${NOTICE}\n`);
    test('a Chromium is there, where CI is set', () => {
      expect({ isMissing: Boolean(process.env.CI), NOTICE }).toMatchObject({ isMissing: false });
    });
  }
  (chromiumPath === undefined ? describe.skip : describe)(name, () => {
    let browser: ReadersBrowser;
    beforeAll(async () => {
      browser = await ReadersBrowser.start();
    });
    afterAll(() => browser?.close());
    tests(() => browser);
  });
}

/** The browser of somebody who follows a page. */
export class ReadersBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<ReadersBrowser> {
    const path = chromiumPath as string;
    return new ReadersBrowser(await chromium.launch({ executablePath: path, args: ['--no-sandbox'] }));
  }

  /** Types a script into the console of the page at the URL, and leaves it open. */
  async type(script: string, url: string): Promise<void> {
    const page = await this.browser.newPage();
    await page.goto(url);
    await page.evaluate(script);
  }

  /**
   * Opens the `index.html` of the folder in two windows, and types into one.
   *
   * @returns what each of the two shows when the text has arrived
   */
  async talk(folder: string, text: string): Promise<string[][]> {
    const [first, second] = [await this.open(folder), await this.open(folder)];
    await first.getByRole('textbox').fill(text);
    await first.getByRole('button').click();
    await second.getByText(text).waitFor();
    return Promise.all([first, second].map((page) => page.getByRole('listitem').allTextContents()));
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** As a double click on the file does. */
  private async open(folder: string): Promise<Page> {
    const page = await this.browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.getByText('hub: connected').waitFor();
    return page;
  }
}
