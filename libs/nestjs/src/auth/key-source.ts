import type { KeyObject } from 'node:crypto';
import type { PublicKey } from './public-keys.js';

/** With how many keys of one name a signature is tried: each try costs as much as a good token. */
const MAX_TRIES = 4;

/** The keys that a token may have been signed with: none if it is nobody's. */
export type Found = readonly KeyObject[] | 'unavailable';

/** Where public keys come from. */
export abstract class KeySource {
  /** @param kid the name of the key that the token's header gives, which anybody may have written */
  abstract find(algorithm: string, kid: string | undefined): Found | Promise<Found>;

  warmUp(): void {
    // Keys that are there need not be fetched.
  }
}

/**
 * The keys of an issuer that a token names.
 *
 * A token without a name gets the only key that fits: with several, any of them could be tried for ever.
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

/** Keys that the operator has given. One without a name is meant whatever the token calls it. */
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
