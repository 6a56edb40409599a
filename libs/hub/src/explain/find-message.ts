import { type Entry, type MessageLog, placeBefore, readPosition } from '../log/index.js';

/** How long the log may take to find what this process no longer keeps. */
const READ_TIMEOUT_MS = 2_000;

/** Why there is no message to explain. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError';

  /** @param code `unavailable`: the log did not answer in time */
  constructor(
    readonly code: 'bad_id' | 'not_found' | 'unavailable',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Finds the message with this id: its position as text.
 *
 * @throws ExplainError
 */
export async function findMessage(log: MessageLog, id: string): Promise<Entry> {
  const position = readPosition(id, log.epoch);
  if (position === undefined)
    throw new ExplainError(
      'bad_id',
      `"${id}" is not a message of this log; allowed: the id of a message, such as ${log.textOf(log.head)}`,
    );
  if (position > log.head || position < 1)
    throw new ExplainError(
      'not_found',
      `there is no message ${id}: the newest one is ${log.textOf(log.head)}`,
    );
  const before = placeBefore(position);
  const found = entryIn(log.read(before, 1)) ?? entryIn(await readOld(log, before));
  if (found === undefined) throw new ExplainError('not_found', `the message ${id} is no longer kept`);
  if (found.channel === '') throw new ExplainError('not_found', `there is no message at ${id}`);
  return found;

  function entryIn(entries: readonly Entry[] | undefined): Entry | undefined {
    return entries?.find((entry) => entry.position === position);
  }
}

function readOld(log: MessageLog, before: Parameters<MessageLog['readOld']>[0]) {
  return new Promise<readonly Entry[] | undefined>((done, failed) => {
    const timeout = setTimeout(
      () => failed(new ExplainError('unavailable', `the log did not answer within ${READ_TIMEOUT_MS} ms`)),
      READ_TIMEOUT_MS,
    ).unref();
    log.readOld(before, 1, (entries) => {
      clearTimeout(timeout);
      done(entries);
    });
  });
}
