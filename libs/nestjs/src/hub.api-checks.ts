import { MAX_NOTICE_KEEP_MS, type Revocation } from '@ws-hub/hub';
import { CHANNEL_RULE, CLOSE, isChannelName, isUser, KEY, KEY_RULE, USER_RULE } from '@ws-hub/protocol';

export const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;
/** The maximum in a close frame (RFC 6455, section 5.5). */
const MAX_REASON_BYTES = 123;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Why the hub rejected a call of the application. */
export class HubApiError extends Error {
  override readonly name = 'HubApiError';

  /**
   * @param code `bad_request`: an argument is invalid; `gone`: no longer kept; `unavailable`: try again; `full`: the
   *   limit is reached
   */
  constructor(
    readonly code: 'bad_request' | 'gone' | 'unavailable' | 'full',
    message: string,
  ) {
    super(message);
  }
}

/** Validates the application's arguments. Each check throws a HubApiError, `bad_request`. */
export const check = {
  channel(channel: string): void {
    assert(isChannelName(channel), 'channel', CHANNEL_RULE);
  },

  key(key: string | undefined): void {
    assert(key === undefined || KEY.test(key), 'key', KEY_RULE);
  },

  content(content: string, maxBytes: number): void {
    const fits = typeof content === 'string' && Buffer.byteLength(content) <= maxBytes;
    assert(fits && !LONE_SURROGATE.test(content), 'content', `text of at most ${maxBytes} bytes in UTF-8`);
  },

  revocation({ user, tokenId, issuedBeforeS, untilMs }: Partial<Revocation>, nowMs: number): void {
    assert(user === undefined || isUser(user), 'user', USER_RULE);
    assert(tokenId === undefined || isUser(tokenId), 'tokenId', USER_RULE);
    const isOne = user === undefined || tokenId === undefined;
    const isMeant = user !== undefined || tokenId !== undefined || issuedBeforeS !== undefined;
    assert(isOne && isMeant, 'revocation', 'a user, a tokenId, or issuedBefore alone for the tokens of all');
    for (const [name, time] of Object.entries({ issuedBefore: issuedBeforeS, until: untilMs }))
      assert(time === undefined || Number.isFinite(time), name, 'a time');
    const keepMs = (untilMs ?? nowMs) - nowMs;
    assert(keepMs >= 0 && keepMs <= MAX_NOTICE_KEEP_MS, 'until', 'a time from now to 400 days from now');
  },

  target(user: string | undefined, clientId: string | undefined): void {
    assert((user === undefined) !== (clientId === undefined), 'target', 'a user or a client id');
    assert(isUser(user ?? clientId ?? ''), 'target', USER_RULE);
  },

  closeCode(code: number): void {
    assert(isCloseCode(code), 'code', '1000, 1008, 1011, 1012, 1013, or 3000 to 4999');
  },

  reason(reason: string): void {
    assert(Buffer.byteLength(reason) <= MAX_REASON_BYTES, 'reason', `at most ${MAX_REASON_BYTES} bytes`);
  },
};

export function checkLimit(limit: number): void {
  const isAllowed = Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT;
  assert(isAllowed, 'limit', `a whole number from 1 to ${MAX_LIMIT}`);
}

/** The value is not quoted: it may be long, or a secret. */
function assert(isAllowed: boolean, name: string, allowed: string): void {
  if (!isAllowed)
    throw new HubApiError('bad_request', `${name}: this value is not allowed; allowed: ${allowed}`);
}

const NAMED_CODES = new Set<number>([
  CLOSE.normal,
  CLOSE.policyViolation,
  CLOSE.internalError,
  CLOSE.serviceRestart,
  CLOSE.tryAgainLater,
]);

function isCloseCode(code: number): boolean {
  return NAMED_CODES.has(code) || (Number.isInteger(code) && code >= 3000 && code <= 4999);
}
