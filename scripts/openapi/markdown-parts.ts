/** The cells of one row of a table. */
export type Row = readonly string[];

const PIPE = /\|/g;

export function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

/** A table. Its cells are Markdown, in which a pipe would end the cell. */
export function table(columns: Row, rows: readonly Row[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cellOf).join(' | ')} |`).join('\n');
}

/** A code block: text unchanged, anything else as JSON. */
export function fenced(content: unknown, type?: string): string {
  if (typeof content === 'string') return `\`\`\`\n${content.trimEnd()}\n\`\`\``;
  const language = type === 'application/json' ? 'json' : '';
  return `\`\`\`${language}\n${JSON.stringify(content, null, 2)}\n\`\`\``;
}

function cellOf(text: string): string {
  return text.replace(PIPE, '\\|').replaceAll('\n', ' ');
}
