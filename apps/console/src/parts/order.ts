/** How the rows of a table are ordered: by which column, and which way. */
export interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

export type Sortable = number | string;

/** A copy in order; rows that are equal keep their places. */
export function ordered<Row>(
  rows: readonly Row[],
  of: (row: Row) => Sortable,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compared(of(a), of(b)));
}

function compared(a: Sortable, b: Sortable): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}

/** The order after a click on a column heading: figures start with the largest, names with A. */
export function pressed(order: Order | undefined, column: string, isFigure: boolean): Order {
  if (order?.column !== column) return { column, isDescending: isFigure };
  return { column, isDescending: !order.isDescending };
}
