import type { KeyLine } from './api-key-file.js';

/** What a file of keys says otherwise than before. */
export interface KeyChanges {
  readonly added: readonly KeyLine[];
  /** As they were before. */
  readonly removed: readonly KeyLine[];
  /** Of the same id, with another hash, name or rights. */
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

function isOther(key: KeyLine, former: KeyLine | undefined): boolean {
  if (former === undefined) return false;
  return key.name !== former.name || key.allow !== former.allow || !key.sha256.equals(former.sha256);
}
