/** What all hubs of a log are told beside its messages: that a token is revoked, that a client is to be sent away. */
export interface Notice {
  /** What it is about: 1-32 of a-z and _. */
  readonly topic: string;
  /** Of two with the same topic and key the newer replaces the older; at most `MAX_NOTICE_BYTES`. */
  readonly key: string;
  /** At most `MAX_NOTICE_BYTES`. */
  readonly body: string;
  /**
   * How long it is told to hubs that start, in milliseconds, at most `MAX_NOTICE_KEEP_MS`; 0: only to those that are there
   * now. When it is told it is what is left of that.
   */
  readonly keepMs: number;
}

export const MAX_NOTICE_BYTES = 4_096;
/** What a log keeps at a time; one more is refused, because none that is kept may be forgotten. */
export const MAX_NOTICES = 100_000;
export const MAX_NOTICE_KEEP_MS = 400 * 24 * 60 * 60 * 1_000;

const TOPIC = /^[a-z_]{1,32}$/;

/** Why hubs were not told. */
export class NoticeError extends Error {
  override readonly name = 'NoticeError';

  /** @param code `unavailable`: not known to be stored, try again; `full`: the log keeps as many as it can */
  constructor(
    readonly code: 'unavailable' | 'full',
    message: string,
  ) {
    super(message);
  }
}

/** @throws TypeError for a topic that cannot be; RangeError for a key or body that is too long, or a time out of bounds */
export function checkNotice({ topic, key, body, keepMs }: Notice): void {
  if (!TOPIC.test(topic)) throw new TypeError(`topic "${topic}" is not allowed; allowed: 1-32 of a-z and _`);
  for (const [name, text] of Object.entries({ key, body })) {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_NOTICE_BYTES)
      throw new RangeError(
        `a ${name} of ${bytes} bytes is not allowed; allowed: at most ${MAX_NOTICE_BYTES}`,
      );
  }
  // What is not a number is neither.
  if (!(keepMs >= 0 && keepMs <= MAX_NOTICE_KEEP_MS))
    throw new RangeError(`keepMs ${keepMs} is not allowed; allowed: 0 to ${MAX_NOTICE_KEEP_MS}`);
}
