/** Characters that control a terminal or disguise text on it: C0, DEL, C1, bidi controls, line separators. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** An error's stack has lines, which stay lines; its other characters are as untrusted as any. */
const STACK = 'stack';

/**
 * A log line as JSON in which control characters are escaped, as in `\u001b`, so that none reaches a terminal.
 *
 * Many fields contain texts of clients and peers, so all fields are treated alike, including their names.
 */
export function escapeControls(line: string): string {
  try {
    return `${JSON.stringify(JSON.parse(line), (key, value) => escaped(key, value))}\n`;
  } catch {
    // Not a line of ours: shown as plain text.
    return `${escapeText(line.trimEnd())}\n`;
  }
}

function escaped(key: string, value: unknown): unknown {
  if (typeof value === 'string')
    return key === STACK ? value.split('\n').map(escapeText).join('\n') : escapeText(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [escapeText(name), each]));
}

/** Escapes control characters in a text, as in `\u001b`, so that none reaches a terminal. JSON keeps its meaning. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
