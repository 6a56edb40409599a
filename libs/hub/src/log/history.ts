import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entry, Located, MessageLog } from './message-log.js';
import { BEGINNING, type Position } from './position.js';

/** So many entries are looked at in a turn of the event loop. */
const ENTRIES_PER_TURN = 1_000;

/** Why a part of the log cannot be read: it is not kept any more, or the log cannot be reached just now. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';

  constructor(
    readonly code: 'gone' | 'unavailable',
    message: string,
  ) {
    super(message);
  }
}

/**
 * What was said on a channel and is kept, oldest first: the first entries after `since`, or the newest of all. It is read
 * in pieces, so that a long log holds nobody up.
 *
 * @param limit how many at most
 * @param since the id of an entry, which is left out itself
 * @throws HistoryError
 */
export async function readHistory(
  log: MessageLog,
  channel: string,
  limit: number,
  since?: string,
): Promise<Entry[]> {
  const after = since === undefined ? undefined : await locate(log, channel, since);
  const found: Entry[] = [];
  for await (const entry of entriesOf(log, channel, after)) {
    found.push(entry);
    if (found.length > limit) found.shift();
    if (after !== undefined && found.length === limit) break;
  }
  return found;
}

/** @param after from the oldest that this process keeps if it is undefined */
async function* entriesOf(
  log: MessageLog,
  channel: string,
  after: Position | undefined,
): AsyncGenerator<Entry> {
  const channels = new Set([channel]);
  // What is said meanwhile is not waited for, or a reading under load would not end.
  const end = log.head;
  let at = after ?? BEGINNING;
  for (;;) {
    const isHere = after === undefined || log.has(at, channels);
    const entries = isHere ? log.read(at, ENTRIES_PER_TURN) : await readOld(log, at);
    for (const entry of entries) {
      if (entry.position > end) return;
      if (entry.channel === channel) yield entry;
    }
    const last = entries.at(-1);
    if (last === undefined) return;
    at = last.position;
    await nextTurn();
  }
}

async function readOld(log: MessageLog, after: Position): Promise<readonly Entry[]> {
  const entries = await new Promise<readonly Entry[] | undefined>((done) =>
    log.readOld(after, ENTRIES_PER_TURN, done),
  );
  if (entries === undefined) throw new HistoryError('gone', 'the log has overtaken the reading');
  return entries;
}

async function locate(log: MessageLog, channel: string, since: string): Promise<Position> {
  const located = await new Promise<Located>((done) => log.locate(since, new Set([channel]), done));
  if (located.result === 'found') return located.position;
  if (located.result === 'gone') throw new HistoryError('gone', 'what followed on since is not all kept');
  throw new HistoryError('unavailable', 'the log cannot be reached');
}
