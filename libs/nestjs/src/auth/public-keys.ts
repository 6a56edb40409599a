import { createPublicKey, KeyObject } from 'node:crypto';
import { z } from 'zod';

/** Algorithms with a secret that issuer and hub share (RFC 7518, section 3.2). */
export const SECRET_ALGORITHMS: readonly string[] = ['HS256', 'HS384', 'HS512'];

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
/** RFC 9864 gives EdDSA with this curve its own name. */
const ED25519 = ['EdDSA', 'Ed25519'];
/** By OpenSSL's name of the curve. */
const EC: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/** Algorithms that sign with a private key and verify with a public one. */
export const PUBLIC_ALGORITHMS: readonly string[] = [...RSA, ...Object.values(EC).flat(), ...ED25519];

/** RFC 7518, section 3.3. */
const MIN_RSA_BITS = 2_048;
/** Issuers usually have two or three. */
const MAX_KEYS = 100;

/** A key of an issuer, and the algorithms that it may verify. */
export interface PublicKey {
  readonly kid: string | undefined;
  readonly algorithms: readonly string[];
  readonly key: KeyObject;
}

/** What is wrong with a key or a key set, without its content. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
}

/** The members of a JWK that the hub checks; OpenSSL parses the key itself. */
const jwkSchema = z.looseObject({
  kty: z.string(),
  kid: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
});
const keySetSchema = z.object({ keys: z.array(z.unknown()).max(MAX_KEYS) });

/**
 * Reads the usable keys of a JWK set and ignores the others (RFC 7517, section 5).
 *
 * @throws KeyError if it is not a key set
 */
export function readKeySet(text: string): readonly PublicKey[] {
  const { data } = keySetSchema.safeParse(parseJson(text));
  if (data === undefined) throw new KeyError(`it is not a key set of at most ${MAX_KEYS} keys`);
  return data.keys.flatMap((jwk) => {
    try {
      return readJwk(jwk);
    } catch (error) {
      if (error instanceof KeyError) return [];
      throw error;
    }
  });
}

/**
 * Reads a key from the configuration: a PEM public key, a JWK or a key set.
 *
 * @throws KeyError if it contains no key that verifies tokens
 */
export function readPublicKeys(text: string): readonly PublicKey[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return [readPem(trimmed)];
  const isSet = z.object({ keys: z.unknown() }).safeParse(parseJson(trimmed)).data?.keys !== undefined;
  const keys = isSet ? readKeySet(trimmed) : [readJwk(parseJson(trimmed))];
  if (keys.length === 0) throw new KeyError('no key in the set is a public key that verifies tokens');
  return keys;
}

function readPem(pem: string): PublicKey {
  if (/PRIVATE KEY-----/.test(pem)) throw new KeyError('it is a private key, which only the issuer may have');
  if (pem.split('-----BEGIN ').length !== 2 || !/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem))
    throw new KeyError('it is not one PEM public key (BEGIN PUBLIC KEY)');
  const key = imported(pem);
  return { kid: undefined, key, algorithms: algorithmsOf(key) };
}

function readJwk(value: unknown): PublicKey {
  const { data: jwk } = jwkSchema.safeParse(value);
  if (jwk === undefined) throw new KeyError('it is not a JWK');
  const { kty, kid, use, key_ops: operations, alg } = jwk;
  if (kty === 'oct') throw new KeyError('it is a symmetric key');
  if (jwk.d !== undefined) throw new KeyError('it is a private key, which only the issuer may have');
  if ((use ?? 'sig') !== 'sig' || operations?.includes('verify') === false)
    throw new KeyError('its use or key_ops do not allow verifying');
  const key = imported(jwk);
  const algorithms = algorithmsOf(key).filter((each) => alg === undefined || isSame(each, alg));
  if (algorithms.length === 0) throw new KeyError('its alg does not match the key');
  return { kid, key, algorithms };
}

function isSame(algorithm: string, other: string): boolean {
  return algorithm === other || (ED25519.includes(algorithm) && ED25519.includes(other));
}

function imported(source: string | z.output<typeof jwkSchema>): KeyObject {
  try {
    if (typeof source === 'string') return createPublicKey(source);
    return createPublicKey({ format: 'jwk', key: source });
  } catch (error) {
    // OpenSSL's message could quote the key.
    throw new KeyError(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'no reason'})`);
  }
}

/** @throws KeyError if it matches no supported algorithm, or is too short */
function algorithmsOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly string[] {
  if (type === 'rsa') {
    if ((details?.modulusLength ?? 0) < MIN_RSA_BITS)
      throw new KeyError(`an RSA key must have at least ${MIN_RSA_BITS} bits`);
    return RSA;
  }
  const algorithms = type === 'ed25519' ? ED25519 : EC[details?.namedCurve ?? ''];
  if (algorithms === undefined) throw new KeyError(`a key of type ${type} cannot verify tokens here`);
  return algorithms;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error message would quote the text.
    throw new KeyError('it is not JSON');
  }
}
