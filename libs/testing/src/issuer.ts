import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

type Claims = Readonly<Record<string, unknown>>;

/** Signs claims unchanged. */
export type Signer = (claims: Claims, header?: Readonly<Record<string, unknown>>) => Promise<string>;

/** An issuer of tokens with one key pair. */
export interface Issuer {
  readonly sign: Signer;
  /** The public key, with its `kid` and `alg`. */
  readonly jwk: JWK;
  readonly pem: string;
}

/** @param alg such as RS256, PS256, ES256 or EdDSA */
export async function issuer(alg: string, kid = 'key-1'): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg };
  const sign: Signer = (claims, header) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg, kid, ...header } as JWTHeaderParameters)
      .sign(privateKey);
  return { sign, jwk, pem: await exportSPKI(publicKey) };
}

/** Signs with a secret that the hub knows. @param alg HS256, HS384 or HS512 */
export function secretSigner(secret: string | Uint8Array, alg = 'HS256'): Signer {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  return (claims, header) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg, ...header } as JWTHeaderParameters).sign(key);
}
