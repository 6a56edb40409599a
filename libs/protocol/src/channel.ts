/** The channel of a client that names none. */
export const DEFAULT_CHANNEL = 'main';

/** What a channel name may be. Dots separate words, so each stands between two (NATS subjects have the same rule). */
export const CHANNEL_NAME = /^(?=.{1,64}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** The same in the words of an error message. */
export const CHANNEL_RULE = '1-64 of A-Z a-z 0-9 . _ - with no leading, trailing or double dot';

/** Whether `name` may be the name of a channel (PROTOCOL.md, section 1). */
export function isChannelName(name: string): boolean {
  return CHANNEL_NAME.test(name);
}
