const MAX_LENGTH = 64;
const SEGMENT = /^(?:[A-Za-z0-9_-]+|\*)$/;

/** Matches one segment of a channel name. */
export const ONE_SEGMENT = '*';
/** Matches one or more segments at the end of a channel name. */
export const REST = '>';

/** The rule for a pattern, as error messages state it. */
export const CHANNEL_PATTERN_RULE =
  'a channel name in which * may stand for one segment between dots, and > for the rest';

/** Whether this is a channel name or a pattern of channel names, such as `room.*` or `room.>` (the rules of NATS). */
export function isChannelPattern(text: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  const segments = text.split('.');
  const last = segments.length - 1;
  return segments.every((segment, at) => SEGMENT.test(segment) || (at === last && segment === REST));
}
