import { JetStreamApiError } from '@nats-io/jetstream';
import type { Jet } from '../notices/notice-upkeep.js';
import type { SealedMessage } from './ledger-messages.js';

const TIMEOUT_MS = 2_000;
/** JetStream: the newest message of the subject is another one. */
const WRONG_LAST_SEQUENCE = 10_071;

/**
 * Stores a message in the place of the newest one of its subject.
 *
 * @param expected the sequence of that one; 0 if there is none
 * @returns its own sequence; undefined if there is another one than expected
 * @throws Error without an answer: it may be stored or not
 */
export async function replace(
  { client }: Jet,
  stream: string,
  { subject, data, headers }: SealedMessage,
  expected: number,
): Promise<number | undefined> {
  const expect = { streamName: stream, lastSubjectSequence: expected };
  try {
    return (await client.publish(subject, data, { headers, timeout: TIMEOUT_MS, expect })).seq;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return undefined;
    throw error;
  }
}
