import { CLOSE_CODES } from '@ws-hub/protocol';
import { table } from '../openapi/markdown-parts.js';

/**
 * docs/reference/close-codes.md: codes, names and what a client does from the code, when a code is sent from
 * PROTOCOL.md.
 */
export function closeCodesPage(protocol: string): string {
  const rowsOf = (retry: boolean) => {
    const codes = CLOSE_CODES.filter((row) => row.retry === retry);
    return codes.map(({ code, name }) => [String(code), name, ...whenAndThen(protocol, code)]);
  };
  return `<!-- Made by \`npm run docs:close-codes\`; a test holds it against the code and PROTOCOL.md. -->

# Close codes

The hub closes a connection with one of these codes. The code tells the client whether to come back.
\`CLOSE_CODES\` in [@ws-hub/protocol](../../libs/protocol/README.md) is the same table for programs.
A handshake that is refused ends with [an HTTP status](../../PROTOCOL.md#3-the-handshake) instead.

## Come back

${table(['code', 'name', 'when', 'client'], rowsOf(true))}

Any other code, and an end without a code (1006), also means retry. Wait longer after each attempt, and add a random part.

## Do not come back

After 1000 the client has left on its own. After every other code the same attempt would fail again: correct the cause first.

${table(
  ['code', 'name', 'when'],
  rowsOf(false).map(([code = '', name = '', when = '']) => [code, name, when]),
)}
`;
}

/** The cells behind the code and its name, in the row of PROTOCOL.md that begins with the code. */
function whenAndThen(protocol: string, code: number): string[] {
  const row = protocol.split('\n').find((line) => line.startsWith(`| ${code} `));
  if (row === undefined) throw new Error(`PROTOCOL.md has no row for the close code ${code}`);
  return row
    .split('|')
    .slice(3, -1)
    .map((cell) => cell.trim());
}
