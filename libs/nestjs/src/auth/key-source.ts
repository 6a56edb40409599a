import type { KeyObject } from 'node:crypto';
import type { PublicKey } from './public-keys.js';

/** Maximum number of keys of one name that a signature is tried with: each try costs as much as a valid token. */
const MAX_TRIES = 4;

/** The keys that may have signed a token; empty if there are none. */
export type Found = readonly KeyObject[] | 'unavailable';

/** A source of public keys. */
export abstract class KeySource {
  /** @param kid the key name in the token's header, which is not verified yet */
  abstract find(algorithm: string, kid: string | undefined): Found | Promise<Found>;

  warmUp(): void {
    // Keys from the configuration need no fetch.
  }
}

/**
 * The issuer's keys that a token refers to.
 *
 * A token without a key name matches only if exactly one key fits. With several, each would have to be tried.
 */
export function matching(
  keys: readonly PublicKey[],
  algorithm: string,
  kid: string | undefined,
): readonly KeyObject[] {
  const fitting = keys.filter(({ algorithms }) => algorithms.includes(algorithm));
  const named = kid === undefined ? onlyOne(fitting) : fitting.filter((key) => key.kid === kid);
  return named.slice(0, MAX_TRIES).map(({ key }) => key);
}

/** Keys from the configuration. A key without a name matches any name in a token. */
export class GivenKeys extends KeySource {
  constructor(private readonly keys: readonly PublicKey[]) {
    super();
  }

  find(algorithm: string, kid: string | undefined): Found {
    const named = matching(this.keys, algorithm, kid);
    if (named.length > 0) return named;
    return matching(
      this.keys.filter((key) => key.kid === undefined),
      algorithm,
      undefined,
    );
  }
}

function onlyOne(keys: readonly PublicKey[]): readonly PublicKey[] {
  return keys.length === 1 ? keys : [];
}
