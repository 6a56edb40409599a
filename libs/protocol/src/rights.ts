/** What somebody may do on a channel. */
export const ACTIONS = ['subscribe', 'publish', 'history', 'presence'] as const;

export type Action = (typeof ACTIONS)[number];

/** One entry of the claim `hub` of a token: what its user may do on the channels that match a pattern. */
export interface Right {
  /** A channel, or a pattern of channels. */
  readonly match: string;
  readonly allow: readonly Action[];
}

/** Entries that a token may have. */
export const MAX_RIGHTS = 100;

const USER = /^[^\p{Cc}\p{Cs}]{1,128}$/u;

/** What a user may be, in the words of an error message. */
export const USER_RULE = '1-128 characters without control characters';

/** Whether this names a user (the claim `sub` of a token). */
export function isUser(text: string): boolean {
  return USER.test(text);
}
