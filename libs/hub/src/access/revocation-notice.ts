import type { Notice } from '../log/notice.js';
import { nameOf, type Revocation } from './revocations.js';

export const REVOCATION_TOPIC = 'revocation';

/** A revocation as a notice to all hubs of a log. @param nowMs Unix milliseconds */
export function revocationNotice(revocation: Revocation, nowMs: number): Notice {
  const { user, tokenId: token_id, issuedBeforeS: issued_before, untilMs: until } = revocation;
  return {
    topic: REVOCATION_TOPIC,
    key: nameOf(revocation),
    body: JSON.stringify({ user, token_id, issued_before, until }),
    keepMs: Math.max(1, until - nowMs),
  };
}

/** Only hubs write notices, so an invalid one is a bug. */
export function readRevocation({ body }: Notice): Revocation {
  const { user, token_id: tokenId, issued_before: issuedBeforeS, until: untilMs } = JSON.parse(body);
  if (!Number.isFinite(issuedBeforeS) || !Number.isFinite(untilMs))
    throw new TypeError('a revocation has no times');
  return { user, tokenId, issuedBeforeS, untilMs };
}
