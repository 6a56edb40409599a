import type { Page } from 'playwright-core';
import type { Look } from './looks.js';

/** Widths in px and color schemes in which pages are checked. The long form checks all four. */
export const VIEWS = [
  [360, 'dark'],
  [1_440, 'light'],
  ...(process.env.E2E === 'long'
    ? ([
        [360, 'light'],
        [1_440, 'dark'],
      ] as const)
    : []),
] as const;

/** Opens a page of the loaded console, and does what the look requires. */
export async function lookAt(page: Page, { path, fill, press, shows }: Look): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
  const main = page.locator('main');
  if (fill !== undefined) await main.getByLabel(fill.label, { exact: true }).fill(fill.text);
  for (const name of press ?? []) await main.getByRole('button', { name, exact: true }).click();
  await main.getByText(shows).first().waitFor({ state: 'attached' });
}

/** How much a page is wider than its window, in pixels. */
export function excessWidth(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Records what a page must not do: contact other hosts, violate its policy, open dialogs, throw. */
export class Witness {
  readonly complaints: string[] = [];

  constructor(page: Page, origin: string) {
    const { host } = new URL(origin);
    page.on('request', (request) => {
      if (new URL(request.url()).host !== host) this.complaints.push(`asks ${request.url()}`);
    });
    page.on('websocket', (socket) => {
      if (new URL(socket.url()).host !== host) this.complaints.push(`connects to ${socket.url()}`);
    });
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.complaints.push(message.text());
    });
  }
}
