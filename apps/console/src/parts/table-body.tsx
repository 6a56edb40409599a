import { type ComponentChildren, Fragment } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Column } from './table.js';
import { classOf } from './table-head.js';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  readonly empty: string;
  readonly details: ((row: Row) => ComponentChildren) | undefined;
}

/** The rows; one of them may be open, with its details below it. */
export function Body<Row>({ columns, rows, keyOf, empty, details }: Props<Row>) {
  const [openKey, setOpenKey] = useState<string | number>();
  const id = useId();
  if (rows.length === 0) return <Empty text={empty} span={columns.length} />;
  return (
    <tbody>
      {rows.map((row) => {
        const key = keyOf(row);
        const isOpen = details !== undefined && key === openKey;
        const toggle = details && (
          <Toggle isOpen={isOpen} id={id} onPress={() => setOpenKey(isOpen ? undefined : key)}>
            {columns[0]?.cell(row)}
          </Toggle>
        );
        return (
          <Fragment key={key}>
            <Cells columns={columns} row={row} first={toggle} />
            {isOpen && (
              <tr id={id} class="details">
                <td colSpan={columns.length}>{details(row)}</td>
              </tr>
            )}
          </Fragment>
        );
      })}
    </tbody>
  );
}

interface CellsProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
  /** In place of the first column's own. */
  readonly first: ComponentChildren;
}

function Cells<Row>({ columns: [first, ...others], row, first: toggle }: CellsProps<Row>) {
  return (
    <tr>
      {first !== undefined && (
        <th scope="row" class={classOf(first)}>
          {toggle ?? first.cell(row)}
        </th>
      )}
      {others.map((column) => (
        <td key={column.title} class={classOf(column)}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

interface ToggleProps {
  readonly isOpen: boolean;
  readonly id: string;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
}

function Toggle({ isOpen, id, onPress, children }: ToggleProps) {
  return (
    <button
      type="button"
      class="toggle"
      aria-expanded={isOpen}
      aria-controls={isOpen ? id : undefined}
      onClick={onPress}
    >
      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {children}
    </button>
  );
}

function Empty({ text, span }: { readonly text: string; readonly span: number }) {
  return (
    <tbody>
      <tr>
        <td class="empty muted" colSpan={span}>
          {text}
        </td>
      </tr>
    </tbody>
  );
}
