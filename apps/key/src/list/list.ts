import { escapeText } from '@ws-hub/logging/escape-controls';
import type { KeyLine } from '@ws-hub/nestjs/keys';

const COLUMNS = ['id', 'name', 'allow', 'created'] as const;
const GAP = '  ';

/** Keys as a table with a head. */
export function tableOf(keys: readonly KeyLine[]): string[] {
  const cells = [[...COLUMNS], ...keys.map((key) => COLUMNS.map((column) => escapeText(key[column])))];
  const widths = COLUMNS.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join(GAP)
      .trimEnd(),
  );
}

/** The same for programs, a JSON object for each. */
export function jsonOf(keys: readonly KeyLine[]): string[] {
  return keys.map(({ id, name, allow, created }) => JSON.stringify({ id, name, allow, created }));
}
