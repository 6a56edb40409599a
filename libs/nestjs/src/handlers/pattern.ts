import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';

const ALL = '*';
/** A prefix of a channel name; it may end within a word. */
const PREFIX = /^(?=.{1,64}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/;

/** @throws Error if no channel can match */
export function assertPattern(pattern: string): void {
  const isPrefix = pattern.endsWith(ALL) && PREFIX.test(pattern.slice(0, -1));
  if (pattern === ALL || isPrefix || isChannelName(pattern)) return;
  throw new Error(
    `pattern: ${JSON.stringify(pattern)} is not allowed; allowed: a channel (${CHANNEL_RULE}), the beginning of one and *, or *`,
  );
}

/** Whether the pattern matches the channel. */
export function matches(pattern: string, channel: string): boolean {
  return pattern.endsWith(ALL) ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}
