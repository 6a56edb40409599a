/** The channel of a client that does not name one. */
export const DEFAULT_CHANNEL = 'main';

/** The rule for channel names. Dots separate words, so each dot stands between two words (as in NATS subjects). */
export const CHANNEL_NAME = /^(?=.{1,64}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** The same rule, as error messages state it. */
export const CHANNEL_RULE = '1-64 of A-Z a-z 0-9 . _ - with no leading, trailing or double dot';

/** Whether `name` is a valid channel name (PROTOCOL.md, section 1). */
export function isChannelName(name: string): boolean {
  return CHANNEL_NAME.test(name);
}
