/** A message between the hubs of a log beside the clients' messages: a token is revoked, a client is to be disconnected. */
export interface Notice {
  /** Its subject: 1-32 of a-z and _. */
  readonly topic: string;
  /** Of two notices with the same topic and key the newer replaces the older; at most `MAX_NOTICE_BYTES`. */
  readonly key: string;
  /** At most `MAX_NOTICE_BYTES`. */
  readonly body: string;
  /**
   * How long it is delivered to hubs that start, in milliseconds, at most `MAX_NOTICE_KEEP_MS`. 0 delivers it to the
   * running hubs only. On delivery it is the remaining time.
   */
  readonly keepMs: number;
}

export const MAX_NOTICE_BYTES = 4_096;
/** Maximum number of notices that a log keeps. Further ones are rejected, because no kept one may be forgotten. */
export const MAX_NOTICES = 100_000;
export const MAX_NOTICE_KEEP_MS = 400 * 24 * 60 * 60 * 1_000;

const TOPIC = /^[a-z_]{1,32}$/;

/** Why hubs were not notified. */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';

  /** @param code `unavailable`: not known to be stored, try again; `full`: the log keeps the maximum number */
  constructor(
    readonly code: 'unavailable' | 'full',
    message: string,
  ) {
    super(message);
  }
}

/** @throws TypeError for an invalid topic; RangeError for a key or body that is too long, or a time out of range */
export function checkNotice({ topic, key, body, keepMs }: Notice): void {
  if (!TOPIC.test(topic)) throw new TypeError(`topic "${topic}" is not allowed; allowed: 1-32 of a-z and _`);
  for (const [name, text] of Object.entries({ key, body })) {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_NOTICE_BYTES)
      throw new RangeError(
        `a ${name} of ${bytes} bytes is not allowed; allowed: at most ${MAX_NOTICE_BYTES}`,
      );
  }
  // Also rejects NaN.
  if (!(keepMs >= 0 && keepMs <= MAX_NOTICE_KEEP_MS))
    throw new RangeError(`keepMs ${keepMs} is not allowed; allowed: 0 to ${MAX_NOTICE_KEEP_MS}`);
}
