import { CLOSE_CODES } from '@ws-hub/protocol';
import { table } from '../openapi/markdown-parts.js';

/**
 * The tables of docs/reference/close-codes.md: codes and names from the code, the rest from PROTOCOL.md, which a test
 * holds against the code.
 */
export function closeCodeTables(protocol: string): ReadonlyMap<string, string> {
  const rows = (retry: boolean) =>
    CLOSE_CODES.filter((row) => row.retry === retry).map(({ code, name }) => {
      const [, , when = '', client = ''] = cellsOf(protocol, code);
      return [String(code), name, when, client];
    });
  const stop = rows(false).map((cells) => cells.slice(0, -1));
  return new Map([
    ['retry', table(['Code', 'Name', 'When', 'Client'], rows(true))],
    ['stop', table(['Code', 'Name', 'When'], stop)],
  ]);
}

/** The cells of the row of PROTOCOL.md that begins with a code. */
function cellsOf(protocol: string, code: number): string[] {
  const row = protocol.split('\n').find((line) => line.startsWith(`| ${code} `));
  if (row === undefined) throw new Error(`PROTOCOL.md has no row for the close code ${code}`);
  const cells = row.split('|').slice(1, -1);
  return cells.map((cell) => cell.trim());
}
