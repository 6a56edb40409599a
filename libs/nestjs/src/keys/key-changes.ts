import type { KeyLine } from './api-key-file.js';

/** The difference between two versions of a key file. */
export interface KeyChanges {
  readonly added: readonly KeyLine[];
  /** With their previous content. */
  readonly removed: readonly KeyLine[];
  /** The same id with another hash, name or rights. */
  readonly changed: readonly KeyLine[];
}

/** Compares keys by their ids. */
export function changesBetween(
  former: ReadonlyMap<string, KeyLine>,
  now: ReadonlyMap<string, KeyLine>,
): KeyChanges {
  const keys = [...now.values()];
  return {
    added: keys.filter(({ id }) => !former.has(id)),
    removed: [...former.values()].filter(({ id }) => !now.has(id)),
    changed: keys.filter((key) => isOther(key, former.get(key.id))),
  };
}

/** The new keys by id. An unchanged key stays the same object. */
export function keptAmong(
  former: ReadonlyMap<string, KeyLine>,
  keys: readonly KeyLine[],
): ReadonlyMap<string, KeyLine> {
  return new Map(keys.map((key) => [key.id, keptOf(key, former.get(key.id))]));
}

function keptOf(key: KeyLine, former: KeyLine | undefined): KeyLine {
  return former === undefined || isOther(key, former) ? key : former;
}

function isOther(key: KeyLine, former: KeyLine | undefined): boolean {
  if (former === undefined) return false;
  return key.name !== former.name || key.allow !== former.allow || !key.sha256.equals(former.sha256);
}
