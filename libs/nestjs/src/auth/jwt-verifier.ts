import type { KeyObject, webcrypto } from 'node:crypto';
import type { Clock } from '@ws-hub/hub';
import type { Right } from '@ws-hub/protocol';
import { compactVerify, errors } from 'jose';
import type { AuthOptions } from './auth-options.js';
import { type Checked, quoted } from './checked.js';
import { CLAIM_CHECKS, type ClaimRules, isExpired } from './claim-checks.js';
import { type Claims, readClaims, readRights } from './claims.js';
import { type Jws, readJws } from './jws.js';
import { type KeySetEvents, RemoteKeySet } from './key-set.js';
import { GivenKeys, KeySource } from './key-source.js';
import { PUBLIC_ALGORITHMS, type PublicKey, readPublicKeys, SECRET_ALGORITHMS } from './public-keys.js';
import { SecretKeys } from './secret-keys.js';
import { type BadToken, TokenVerifier, type Verified } from './token-verifier.js';

export type JwtOptions = ClaimRules &
  Pick<AuthOptions, 'jwtSecrets' | 'jwtPublicKey' | 'jwtJwksUrl' | 'jwtAlgorithms'>;

/** A named check of a token, and its fault if it failed. */
export interface Check {
  readonly name: string;
  readonly fault: string | undefined;
}

/** Everything that can be said about a token. */
export interface Explanation {
  readonly verified: Verified;
  /** In the order in which they ran. Checks that lack their input are skipped. */
  readonly checks: readonly Check[];
  /** What the token claims, verified or not. */
  readonly claims: Claims | undefined;
  readonly rights: readonly Right[];
}

const EXPIRED: BadToken = { ok: false, reason: 'the token has expired', isExpired: true };
const UNAVAILABLE = 'the keys that tokens are verified with cannot be fetched';

/**
 * Verifies JSON Web Tokens (RFC 7519, with RFC 8725).
 *
 * Cheap checks run before the signature is verified; no client is admitted before it is. A secret verifies only HS256,
 * HS384 and HS512, and a public key never verifies those, whatever the header says.
 */
export class JwtVerifier extends TokenVerifier {
  private readonly secrets: SecretKeys;
  private readonly keys: KeySource;
  private readonly algorithms: ReadonlySet<string>;

  /** @throws KeyError if the public key cannot be read */
  constructor(
    private readonly options: JwtOptions,
    private readonly clock: Clock,
    events?: KeySetEvents,
  ) {
    super();
    const { jwtSecrets, jwtPublicKey, jwtJwksUrl: url } = options;
    const given = jwtPublicKey === '' ? [] : readPublicKeys(jwtPublicKey);
    this.secrets = new SecretKeys(jwtSecrets);
    this.keys = url === '' ? new GivenKeys(given) : new RemoteKeySet({ url, events }, clock);
    this.algorithms = new Set(acceptedAlgorithms(options, given));
  }

  async verify(token: string): Promise<Verified> {
    const { value: jws, fault } = readJws(token);
    if (jws === undefined) return bad(fault);
    const { value: claims, fault: early } = this.readUnsigned(jws);
    if (claims === undefined) return bad(early);
    const signature = await this.signatureFault(jws);
    if (signature !== undefined) return signature;
    return this.judge(claims);
  }

  /** Runs every check that can run, where `verify` stops at the first failure. For diagnosis: it is slower. */
  async explain(token: string): Promise<Explanation> {
    const { value: jws, fault } = readJws(token);
    const checks: Check[] = [{ name: 'form', fault }];
    const verified = await this.verify(token);
    if (jws === undefined) return { verified, checks, claims: undefined, rights: [] };
    checks.push({ name: 'algorithm', fault: this.algorithmFault(jws) });
    checks.push({ name: 'signature', fault: await this.signatureReason(jws) });
    const { value: claims, fault: unread } = readClaims(jws.payload);
    checks.push({ name: 'claims', fault: unread });
    if (claims === undefined) return { verified, checks, claims, rights: [] };
    const nowS = this.clock.unixSeconds();
    for (const { name, fault } of CLAIM_CHECKS)
      checks.push({ name, fault: fault(claims, this.options, nowS) });
    const isLate = isExpired(claims, this.options, nowS);
    checks.push({ name: 'expiry', fault: isLate ? EXPIRED.reason : undefined });
    const { value: rights = [], fault: wrong } = readRights(claims.hub);
    checks.push({ name: 'rights', fault: wrong });
    return { verified, checks, claims, rights };
  }

  override warmUp(): void {
    this.keys.warmUp();
  }

  /** The cheap checks: most bad tokens fail here. */
  private readUnsigned(jws: Jws): Checked<Claims> {
    const fault = this.algorithmFault(jws);
    if (fault !== undefined) return { fault };
    const checked = readClaims(jws.payload);
    if (checked.value === undefined) return checked;
    const nowS = this.clock.unixSeconds();
    for (const check of CLAIM_CHECKS) {
      const wrong = check.fault(checked.value, this.options, nowS);
      if (wrong !== undefined) return { fault: wrong };
    }
    return checked;
  }

  private algorithmFault({ alg }: Jws): string | undefined {
    return this.algorithms.has(alg) ? undefined : `the algorithm ${quoted(alg)} is not accepted`;
  }

  /** Undefined if the issuer signed the token. */
  private async signatureFault(jws: Jws): Promise<Verified | undefined> {
    const keys = await this.keysOf(jws);
    if (keys === 'unavailable') return { ok: 'unavailable', reason: UNAVAILABLE };
    if (keys.length === 0) return bad('the issuer has no key with the name (kid) in the token');
    for (const key of keys) if (await isSignedWith(key, jws)) return undefined;
    return bad('the signature is wrong');
  }

  private async signatureReason(jws: Jws): Promise<string | undefined> {
    if (this.algorithmFault(jws) !== undefined) return 'no key verifies this algorithm';
    const verdict = await this.signatureFault(jws);
    return verdict === undefined || verdict.ok === true ? undefined : verdict.reason;
  }

  private keysOf({ alg, kid }: Jws) {
    return SECRET_ALGORITHMS.includes(alg) ? this.secrets.find(alg) : this.keys.find(alg, kid);
  }

  /** For a token whose signature is verified. */
  private judge(claims: Claims): Verified {
    const { value: rights, fault } = readRights(claims.hub);
    if (rights === undefined) return bad(fault);
    if (isExpired(claims, this.options, this.clock.unixSeconds())) return EXPIRED;
    const { sub: user, exp, jti: tokenId, iat: issuedAtS } = claims;
    return { ok: true, user, rights, expiresAtMs: Math.floor(exp * 1000), tokenId, issuedAtS };
  }
}

/** The algorithms that the keys support and the operator accepts. */
export function acceptedAlgorithms(
  { jwtSecrets, jwtJwksUrl, jwtAlgorithms }: JwtOptions,
  given: readonly PublicKey[],
): readonly string[] {
  const fitting = [
    ...(jwtSecrets.length > 0 ? SECRET_ALGORITHMS : []),
    ...(jwtJwksUrl === '' ? given.flatMap(({ algorithms }) => algorithms) : PUBLIC_ALGORITHMS),
  ];
  return fitting.filter((each) => jwtAlgorithms.length === 0 || jwtAlgorithms.includes(each));
}

function bad(reason: string): BadToken {
  return { ok: false, reason };
}

async function isSignedWith(key: KeyObject | webcrypto.CryptoKey, { token, alg }: Jws): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [alg] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError) return false;
    throw error;
  }
}
