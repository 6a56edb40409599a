import { JetStreamApiError } from '@nats-io/jetstream';
import type { Jet } from '../notices/notice-upkeep.js';
import type { SealedMessage } from './ledger-messages.js';

const TIMEOUT_MS = 2_000;
/** JetStream: the newest message of the subject is another one. */
const WRONG_LAST_SEQUENCE = 10_071;

/**
 * Replaces the newest message of a subject.
 *
 * @param expected its sequence; 0 if there is none
 * @returns the new sequence; undefined if the newest message is not the expected one
 * @throws Error without an answer: the message may or may not be stored
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
