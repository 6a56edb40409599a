import { isUtf8 } from 'node:buffer';
import { Problem } from './problem.js';

/** Deeper nesting than any valid body has; it costs more to parse than its size suggests. */
const MAX_DEPTH = 8;
/** A hundred messages have a few hundred values. Half a million values would block the event loop for 100 ms. */
const MAX_VALUES = 2_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Maps [ to { and ] to }: they differ in this bit. */
const BRACKET_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;
const COMMA = 0x2c;

/** @throws Problem 400 for bytes that are not UTF-8 */
export function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Problem(400, 'the body is not UTF-8');
  return bytes.toString();
}

/** @throws Problem 400 */
export function parseJson(bytes: Buffer): unknown {
  checkShape(bytes);
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // The error message would quote the input. All there is to say is that it is not JSON.
    throw new Problem(400, 'the body is not JSON');
  }
}

/** Looks at brackets and commas outside of strings. The parser detects invalid JSON later. */
function checkShape(bytes: Buffer): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === COMMA) values++;
    else if ((byte | BRACKET_BIT) === OPENING) depth++;
    else if ((byte | BRACKET_BIT) === CLOSING) depth--;
    if (depth > MAX_DEPTH) throw new Problem(400, `the body is nested deeper than ${MAX_DEPTH} levels`);
    if (values > MAX_VALUES) throw new Problem(400, `the body has more than ${MAX_VALUES} values`);
  }
}

function endOfString(bytes: Buffer, start: number): number {
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  return end === -1 ? bytes.length : end;
}

/** After an odd number of backslashes. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let before = at;
  while (bytes[before - 1] === BACKSLASH) before--;
  return (at - before) % 2 === 1;
}
