import { readPosition } from '../log/index.js';
import type { Said, Verdict } from './fate.js';
import type { Written } from './flush-ring.js';
import { hearingOf } from './hearing.js';
import type { Sight } from './sight.js';
import type { Ending, Timeline } from './timeline.js';

const HANDED_ON = 'handed to the operating system; nothing tells a hub when its client has read it';

/** What happened to a message for one connection. */
export function verdictOf(said: Said, timeline: Timeline, sight: Sight): Verdict {
  return (
    sentByIt(said, timeline, sight) ??
    beforeItCame(said, timeline, sight) ??
    afterItLeft(said, timeline, sight) ??
    unheard(said, timeline, sight) ??
    (isReplayed(said, timeline) ? replayed : live)(said, timeline, sight)
  );
}

function sentByIt(said: Said, { who, began, end }: Timeline, sight: Sight): Verdict | undefined {
  if (who.clientId !== said.clientId) return undefined;
  const wasAway = said.position <= began.position || (end !== undefined && said.position > end.head);
  // An ack has its place in the order, so it was written in the flush that covers the message.
  const acked = said.hasKey && !wasAway ? sight.flushes.of(said.position) : undefined;
  const ack = acked === undefined ? '' : `; it was acknowledged by ${sight.time(acked.atMs)}`;
  return {
    fate: 'sent_by_it',
    say: () => `this client sent it: clients do not receive their own messages${ack}`,
    atMs: acked?.atMs,
    wasAway,
  };
}

/** For messages before its first position: it had them, missed them, or was not meant to get them. */
function beforeItCame(said: Said, timeline: Timeline, sight: Sight): Verdict | undefined {
  const { began, atMs } = timeline;
  if (said.position > began.position) return undefined;
  const at = () => sight.time(atMs);
  const { text, gap } = began;
  if (text === undefined) return away(() => `it connected at ${at()}, after the message`);
  const since = readPosition(text, sight.epoch);
  if (since !== undefined && since >= said.position)
    return away(
      () => `it connected at ${at()} with the position ${text}: it had received the message before`,
    );
  return (
    unheard(said, timeline, sight) ?? missed(gap, () => `it reconnected at ${at()} with the position ${text}`)
  );
}

function missed(gap: Timeline['began']['gap'], came: () => string): Verdict {
  const why =
    gap === 'forbidden'
      ? 'and has no right to the history of its channels, so nothing was replayed'
      : 'but some messages after it were no longer kept, so nothing was replayed and the hub announced a gap';
  return { fate: 'gap', say: () => `${came()}, ${why}` };
}

function afterItLeft(said: Said, { end }: Timeline, sight: Sight): Verdict | undefined {
  if (end === undefined || said.position <= end.head) return undefined;
  return away(() => `${ended(end, sight)}, before the message`);
}

function unheard(said: Said, timeline: Timeline, { time }: Sight): Verdict | undefined {
  const hearing = hearingOf(said, timeline);
  if (hearing.hears) return undefined;
  if (hearing.hears === undefined)
    return { fate: 'unknown', say: () => 'its channels at the time were forgotten, to bound the memory' };
  const { left, refusal, later } = hearing;
  const { channel, position } = said;
  if (left?.isRight)
    return { fate: 'forbidden', say: () => `its rights to ${channel} were withdrawn at ${time(left.atMs)}` };
  if (refusal !== undefined && refusal.after < position)
    return {
      fate: 'forbidden',
      say: () => `it may not subscribe to ${channel}: the hub rejected that at ${time(refusal.atMs)}`,
    };
  const since = left === undefined ? '' : `; it had unsubscribed at ${time(left.atMs)}`;
  const until = later === undefined ? '' : `; it subscribed at ${time(later.atMs)}, after the message`;
  return {
    fate: 'not_subscribed',
    say: () => `it was not subscribed to ${channel} at the time${since}${until}`,
  };
}

/** Whether it should get the message from the log, and not live. */
function isReplayed({ position }: Said, { began, caughtUp }: Timeline): boolean {
  return began.isReplay && (caughtUp === undefined || position <= caughtUp.position);
}

function replayed(said: Said, timeline: Timeline, sight: Sight): Verdict {
  const { parts, caughtUp, end } = timeline;
  // Parts without anything for the connection are not recorded, and of many parts not every one.
  const written =
    parts.of(said.position) ?? (caughtUp && { afterMs: Number.NEGATIVE_INFINITY, atMs: caughtUp.atMs });
  if (written !== undefined) return sent('replayed', 'its replay wrote it', written, end, sight);
  if (end !== undefined) return unwritten(end, 'before its replay came to the message', sight);
  const cursor = parts.cursor ?? timeline.began.position;
  return {
    fate: 'replaying',
    say: () =>
      `it is still replaying what it missed: it is ${said.position - cursor} positions before the message`,
  };
}

function live(said: Said, { end }: Timeline, sight: Sight): Verdict {
  const { position } = said;
  const flush = sight.flushes.of(position);
  const sentTo = end === undefined ? sight.now?.sentTo : end.sentTo;
  const isWritten = sentTo === undefined ? isBefore(flush, end) : position <= sentTo;
  if (isWritten) return sent('delivered', 'it was written', capped(flush, end), end, sight);
  if (end !== undefined) return unwritten(end, 'before the message was written', sight);
  return { fate: 'queued', say: () => 'it waits for the next flush, a few milliseconds at most' };
}

function isBefore(flush: Written | undefined, end: Ending | undefined): boolean {
  return flush !== undefined && (end === undefined || flush.atMs <= end.atMs);
}

/** What was sent to one connection alone was written earlier than the flush says. */
function capped(flush: Written | undefined, end: Ending | undefined): Written | undefined {
  if (end === undefined || (flush !== undefined && flush.atMs <= end.atMs)) return flush;
  return { afterMs: Number.NEGATIVE_INFINITY, atMs: end.atMs };
}

/** It was written. What remains is whether it still waits in this process, or was lost there. */
function sent(
  fate: 'delivered' | 'replayed',
  what: string,
  written: Written | undefined,
  end: Ending | undefined,
  sight: Sight,
): Verdict {
  const queue = end === undefined ? sight.now?.queue : end.queue;
  const when = written === undefined ? ', at a time that is not recorded' : ` by ${sight.time(written.atMs)}`;
  const mayWait =
    queue !== undefined && queue.bytes > 0 && (written === undefined || written.atMs >= queue.sinceMs);
  if (!mayWait) return { fate, say: () => `${what}${when} and ${HANDED_ON}`, atMs: written?.atMs };
  const waited = () =>
    `${what}${when}, and may be among the ${queue.bytes} bytes, written since ${sight.time(queue.sinceMs)},`;
  if (end === undefined) return { fate: 'queued', say: () => `${waited()} that its client has not read yet` };
  if (end.slow !== undefined)
    return { fate: 'slow', say: () => `${waited()} that were left: ${ended(end, sight)}` };
  return { fate: 'unknown', say: () => `${waited()} that were left when ${ended(end, sight)}` };
}

function unwritten(end: Ending, before: string, sight: Sight): Verdict {
  if (end.slow === undefined) return away(() => `${ended(end, sight)}, ${before}`);
  return { fate: 'slow', say: () => `${ended(end, sight)}, ${before}` };
}

function away(say: () => string): Verdict {
  return { fate: 'not_connected', say, wasAway: true };
}

const SLOW = {
  age: 'its oldest bytes were queued for too long',
  bytes: 'too many bytes were queued for it',
  pressure: 'too many bytes were queued for all clients together',
} as const;

function ended({ atMs, code, reason, queue, slow }: Ending, { time }: Sight): string {
  const why = reason === '' ? '' : `, ${reason}`;
  const text = `its connection ended at ${time(atMs)} (${code}${why})`;
  if (slow === undefined) return text;
  const waited = `${queue?.bytes ?? 0} bytes waited, the oldest for ${Math.round(slow.waitedMs)} ms at least`;
  return `${text}: ${SLOW[slow.why]} (${waited})`;
}
