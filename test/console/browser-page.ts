import type { Page } from 'playwright-core';
import type { Look } from './looks.js';

/** Goes to a page of the console, whose file is loaded already, and does what is to be done there. */
export async function lookAt(page: Page, { path, fill, press, shows }: Look): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
  const main = page.locator('main');
  if (fill !== undefined) await main.getByLabel(fill.label, { exact: true }).fill(fill.text);
  if (press !== undefined) await main.getByRole('button', { name: press, exact: true }).click();
  await main.getByText(shows).first().waitFor({ state: 'attached' });
}

/** What of a page is wider than its window, in pixels. */
export function excessWidth(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
