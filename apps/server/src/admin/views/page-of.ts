import type { Page } from '@ws-hub/console-api';
import { z } from 'zod';

export const PAGE_SIZE = 50;
/** So many are listed, on all pages together. */
export const MAX_LISTED = 1_000;

/** The number of a page, as it travels in a query. */
export const pageNumber = z.coerce
  .number()
  .int()
  .min(0)
  .max(MAX_LISTED / PAGE_SIZE - 1)
  .default(0);
/** What is searched for. No name of anything that can be searched is longer. */
export const searchText = z.string().max(128).default('');

/** The rows found, and their total number. */
export interface Found<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly at: number;
}

export function pageOf<Item>(
  { items, total, at }: Found<Item>,
  page: number,
): { readonly head: Page; readonly items: readonly Item[] } {
  const from = page * PAGE_SIZE;
  return { head: { page, pageSize: PAGE_SIZE, total, at }, items: items.slice(from, from + PAGE_SIZE) };
}
