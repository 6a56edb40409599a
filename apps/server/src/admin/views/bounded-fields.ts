const MAX_CHARACTERS = 1_024;
const MAX_MEMBERS = 50;
const MAX_DEPTH = 3;

/** A copy of what a line of the log says, cut to what a page can show, whatever is in it. Never throws. */
export function boundedFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return copyOf(fields, 0);
}

function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return cut(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? String(value) : value.toISOString();
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((each) => bounded(each, depth + 1));
  return copyOf(value instanceof Error ? partsOf(value) : value, depth);
}

function copyOf(value: object, depth: number): Record<string, unknown> {
  const members = Object.entries(value).slice(0, MAX_MEMBERS);
  return Object.fromEntries(members.map(([name, each]) => [cut(name), bounded(each, depth + 1)]));
}

/** None of these is a member that `Object.entries` sees. */
function partsOf({ name: type, message, stack, cause, ...rest }: Error): object {
  return { type, message, stack, cause, ...rest };
}

function cut(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;
}
