import type { Notice } from '../log/notice.js';
import { nameOf, type Revocation } from './revocations.js';

const TOPIC = 'revocation';

/** A revocation as all hubs of a log are told of it. @param nowMs Unix milliseconds */
export function revocationNotice(revocation: Revocation, nowMs: number): Notice {
  const { user, tokenId: token_id, issuedBeforeS: issued_before, untilMs: until } = revocation;
  return {
    topic: TOPIC,
    key: nameOf(revocation),
    body: JSON.stringify({ user, token_id, issued_before, until }),
    keepMs: Math.max(1, until - nowMs),
  };
}

/** Undefined for a notice of something else. Only hubs write notices, so one that cannot be read is a bug. */
export function readRevocation({ topic, body }: Notice): Revocation | undefined {
  if (topic !== TOPIC) return undefined;
  const { user, token_id: tokenId, issued_before: issuedBeforeS, until: untilMs } = JSON.parse(body);
  if (!Number.isFinite(issuedBeforeS) || !Number.isFinite(untilMs))
    throw new TypeError('a revocation has no times');
  return { user, tokenId, issuedBeforeS, untilMs };
}
