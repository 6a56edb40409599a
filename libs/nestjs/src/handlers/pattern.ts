import { CHANNEL_RULE, isChannelName } from '@ws-hub/protocol';

const ALL = '*';
/** The beginning of a channel's name: up to, or in the middle of, one of its words. */
const PREFIX = /^(?=.{1,64}$)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/;

/** @throws Error if no channel can match */
export function assertPattern(pattern: string): void {
  const isPrefix = pattern.endsWith(ALL) && PREFIX.test(pattern.slice(0, -1));
  if (pattern === ALL || isPrefix || isChannelName(pattern)) return;
  throw new Error(
    `pattern: ${JSON.stringify(pattern)} is not allowed; allowed: a channel (${CHANNEL_RULE}), the beginning of one and *, or *`,
  );
}

/** Whether a channel is one of those that the pattern means. */
export function matches(pattern: string, channel: string): boolean {
  return pattern.endsWith(ALL) ? channel.startsWith(pattern.slice(0, -1)) : channel === pattern;
}
