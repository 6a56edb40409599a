import type { Order } from './order.js';
import type { Column } from './table.js';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly order: Order | undefined;
  readonly hubOrder: string | undefined;
  readonly onPress: (column: Column<Row>) => void;
}

/** The column headings; sortable ones are buttons. */
export function Head<Row>({ columns, order, hubOrder, onPress }: Props<Row>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const direction = directionOf(column, order, hubOrder);
          return (
            <th key={column.title} scope="col" class={classOf(column)} aria-sort={direction}>
              {direction === undefined ? (
                column.title
              ) : (
                <button type="button" class="sort" onClick={() => onPress(column)}>
                  {column.title}
                  <span aria-hidden="true">{MARKS[direction]}</span>
                </button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

const MARKS = { none: '', ascending: ' ↑', descending: ' ↓' } as const;

/** Undefined: it cannot be sorted by. */
function directionOf<Row>(column: Column<Row>, order: Order | undefined, hubOrder: string | undefined) {
  const down = (isDescending: boolean) => (isDescending ? 'descending' : 'ascending');
  if (column.order !== undefined) return column.order === hubOrder ? down(column.isFigure ?? false) : 'none';
  if (column.sortBy === undefined) return undefined;
  return order?.column === column.title ? down(order.isDescending) : 'none';
}

/** The classes of all cells of a column. */
export function classOf<Row>({ isFigure, isWideOnly }: Column<Row>): string | undefined {
  return [isFigure && 'figure', isWideOnly && 'wide'].filter(Boolean).join(' ') || undefined;
}
