/** The channel of a client that names none. */
export const DEFAULT_CHANNEL = 'main';

const MAX_CHANNEL_LENGTH = 64;
// Dots separate the words of a name, so each stands between two words (NATS subjects have the same rule).
const WORDS = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** What a channel name may be, in the words of an error message. */
export const CHANNEL_RULE = `1-${MAX_CHANNEL_LENGTH} of A-Z a-z 0-9 . _ - with no leading, trailing or double dot`;

/** Whether `name` may be the name of a channel (PROTOCOL.md, section 1). */
export function isChannelName(name: string): boolean {
  return name.length <= MAX_CHANNEL_LENGTH && WORDS.test(name);
}
