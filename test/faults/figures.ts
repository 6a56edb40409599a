import { appendFileSync } from 'node:fs';

/** Whether the long form is running: `npm run test:faults:long`. */
export const LONG = process.env.FAULTS === 'long';

/** Keeps a figure for the table that `figures-reporter.js` prints at the end; nothing asserts on it. */
export function figure(what: string, value: number, unit: string): void {
  const digits = Number.isInteger(value) ? 0 : value < 10 ? 2 : 1;
  row([what, value.toFixed(digits), unit]);
}

/** Keeps a row of a table as it will be printed. */
export function row(cells: readonly string[]): void {
  const file = process.env.FAULT_FIGURES;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(cells)}\n`);
}
