import type { Said } from './fate.js';
import type { Change, Refusal, Timeline } from './timeline.js';

/** Whether a connection was subscribed to the channel of a message when it was delivered, and why not. */
export type Hearing =
  | { readonly hears: true }
  /** Unknown: forgotten to bound the memory. */
  | { readonly hears: undefined }
  | {
      readonly hears: false;
      /** The last change that removed the channel. */
      readonly left?: Change | undefined;
      readonly refusal?: Refusal | undefined;
      /** When the subscription began, too late for the message. */
      readonly later?: Change | undefined;
    };

export function hearingOf({ channel, position }: Said, timeline: Timeline): Hearing {
  const { channels, cutAt, changes } = timeline;
  if (channels === undefined || (cutAt !== undefined && position <= cutAt)) return { hears: undefined };
  const ofChannel = changes.filter((change) => change.channels.includes(channel));
  const last = ofChannel.filter(({ after }) => after < position).at(-1);
  if (last?.hears ?? channels.has(channel)) return { hears: true };
  const refusal = timeline.refused.get(channel);
  const later = ofChannel.find(({ after, hears }) => hears && after >= position);
  return { hears: false, left: last, refusal, later };
}
