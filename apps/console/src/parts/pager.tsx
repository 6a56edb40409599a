import type { Page } from '@ws-hub/console-api';
import { number, time } from './formats.js';

interface Props {
  readonly of: Page;
  /** What is listed, in the plural. */
  readonly things: string;
  readonly onPage: (page: number) => void;
}

/** Which part of a list is shown, and the way to the others. */
export function Pager({ of: { page, pageSize, total, at }, things, onPage }: Props) {
  const last = Math.max(0, Math.ceil(total / pageSize) - 1);
  return (
    <nav class="pager" aria-label={`Pages of ${things}`}>
      <p class="muted">
        {rangeOf(page, pageSize, total)} {things}, as of <time>{time(at)}</time>
      </p>
      <button type="button" disabled={page <= 0} onClick={() => onPage(Math.min(page, last + 1) - 1)}>
        Previous
      </button>
      <button type="button" disabled={page >= last} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}

function rangeOf(page: number, pageSize: number, total: number): string {
  const first = page * pageSize + 1;
  if (first > total) return `0 of ${number(total)}`;
  return `${number(first)}–${number(Math.min(total, first + pageSize - 1))} of ${number(total)}`;
}
