import type { Consumer, JsMsg } from '@nats-io/jetstream';

/** How long NATS may take to answer. */
const EXPIRES_MS = 2_000;

/** The next messages of a stream; none if NATS gave no answer. @param max maximum number of messages */
export async function batchOf(consumer: Consumer, max: number): Promise<JsMsg[]> {
  const messages: JsMsg[] = [];
  for await (const message of await consumer.fetch({ max_messages: max, expires: EXPIRES_MS })) {
    messages.push(message);
    if (messages.length === max || message.info.pending === 0) break;
  }
  return messages;
}
