import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Order, ordered, pressed, type Sortable } from './order.js';
import { Body } from './table-body.js';
import { Head } from './table-head.js';

export interface Column<Row> {
  /** Unique in its table. */
  readonly title: string;
  cell(row: Row): ComponentChildren;
  /** Figures are aligned to the end of their cells. */
  readonly isFigure?: boolean;
  /** Left out where the screen is narrow. */
  readonly isWideOnly?: boolean;
  /** Makes it sortable by the rows that are there. */
  sortBy?(row: Row): Sortable;
  /** Makes it sortable by the hub: the name of that order. */
  readonly order?: string;
}

interface Props<Row> {
  readonly caption: string;
  /** Whether the caption is for screen readers only, because a heading says the same. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Instead of rows, when there are none. */
  readonly empty: string;
  /** What opens below a row. */
  readonly details?: (row: Row) => ComponentChildren;
  /** The order at first. */
  readonly orderedBy?: Order;
  /** The order of the hub, and how to ask for another. */
  readonly hubOrder?: { readonly now: string; readonly change: (order: string) => void };
}

/** A table that scrolls in itself where it is too wide. The first column names the row. */
export function Table<Row>(props: Props<Row>) {
  const { caption, isCaptionHidden, columns, rows, keyOf, empty, details, hubOrder } = props;
  const [order, setOrder] = useState(props.orderedBy);
  const sortBy = columns.find(({ title }) => title === order?.column)?.sortBy;
  const shown = sortBy === undefined ? rows : ordered(rows, sortBy, order?.isDescending ?? false);
  const press = (column: Column<Row>) =>
    column.order === undefined
      ? setOrder(pressed(order, column.title, column.isFigure ?? false))
      : hubOrder?.change(column.order);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class={isCaptionHidden ? 'unseen' : ''}>{caption}</caption>
        <Head columns={columns} order={order} hubOrder={hubOrder?.now} onPress={press} />
        <Body columns={columns} rows={shown} keyOf={keyOf} empty={empty} details={details} />
      </table>
    </section>
  );
}
