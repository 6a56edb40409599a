/** Starts a generated part; its name says which one. */
const START = /^<!-- generated: (.+) -->$/;
const END = '<!-- end -->';

/**
 * Replaces what stands between `<!-- generated: NAME -->` and `<!-- end -->`, for each part of the page.
 *
 * @throws Error if the page and the parts do not have the same names
 */
export function withParts(page: string, parts: ReadonlyMap<string, string>): string {
  const missing = new Set(parts.keys());
  const lines: string[] = [];
  let isGenerated = false;
  for (const line of page.split('\n')) {
    if (line === END) isGenerated = false;
    if (!isGenerated) lines.push(line);
    const name = START.exec(line)?.[1];
    if (name === undefined) continue;
    if (!missing.delete(name)) throw new Error(`no generated part is named ${name}, or it stands twice`);
    lines.push('', partOf(parts, name), '');
    isGenerated = true;
  }
  if (isGenerated || missing.size > 0) throw new Error(`no markers for: ${[...missing].join(', ')}`);
  return lines.join('\n');
}

function partOf(parts: ReadonlyMap<string, string>, name: string): string {
  return (parts.get(name) ?? '').trimEnd();
}
