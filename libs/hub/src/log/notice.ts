/** What all hubs of a log are told beside its messages: that a token is revoked, that a client is to be sent away. */
export interface Notice {
  /** What it is about: 1-32 of a-z and _. */
  readonly topic: string;
  /** Of two with the same topic and key the newer replaces the older. */
  readonly key: string;
  /** At most `MAX_NOTICE_BYTES`. */
  readonly body: string;
  /** How long it is told to hubs that start, in milliseconds; 0: only to those that are there now. */
  readonly keepMs: number;
}

export const MAX_NOTICE_BYTES = 4_096;
/** What a log keeps at a time; one more is refused, because none that is kept may be forgotten. */
export const MAX_NOTICES = 100_000;

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
