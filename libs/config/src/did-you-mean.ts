/** More suggestions than this do not help. */
const MAX_SUGGESTIONS = 2;
/** A shorter beginning of a name says too little. */
const MIN_BEGINNING = 3;

/** The names that `word` may have been meant to be, at most two, the nearest first. */
export function suggestionsFor(word: string, names: readonly string[]): string[] {
  const maxDistance = Math.ceil(word.length / 4);
  return names
    .map((name) => ({ name, distance: costOf(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= maxDistance)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** `; did you mean a or b?`, or nothing where no name is near. @param prefix put before each name */
export function didYouMean(word: string, names: readonly string[], prefix = ''): string {
  const suggestions = suggestionsFor(word, names).map((name) => `${prefix}${name}`);
  return suggestions.length === 0 ? '' : `; did you mean ${suggestions.join(' or ')}?`;
}

/** A name that was cut short counts as one mistake. */
function costOf(word: string, name: string): number {
  const isBeginning = word.length >= MIN_BEGINNING && name.startsWith(word);
  return isBeginning ? Math.min(1, name.length - word.length) : distanceOf(word, name);
}

/** Optimal string alignment: insertions, deletions, substitutions, and swaps of two neighbours cost 1 each. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
