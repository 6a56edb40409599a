/** The actions on a channel. */
export const ACTIONS = ['subscribe', 'publish', 'history', 'presence'] as const;

export type Action = (typeof ACTIONS)[number];

/** One entry of the claim `hub` of a token: what its user may do on the channels that match a pattern. */
export interface Right {
  /** A channel, or a pattern of channels. */
  readonly match: string;
  readonly allow: readonly Action[];
}

/** Maximum entries per token. */
export const MAX_RIGHTS = 100;

const USER = /^[^\p{Cc}\p{Cs}]{1,128}$/u;

/** The rule for a user, as error messages state it. */
export const USER_RULE = '1-128 characters without control characters';

/** Whether this is a valid user (the claim `sub` of a token). */
export function isUser(text: string): boolean {
  return USER.test(text);
}
