/** A message as every client receives it: exactly these three keys, in this order. */
export interface Envelope {
  readonly client_id: string;
  /** Unix time in whole seconds, set by the hub that accepted the message. */
  readonly timestamp: number;
  readonly content: string;
}

/** The part of the envelope that all messages of one sender share, so that it is built once. */
export function envelopePrefix(clientId: string): string {
  return `{"client_id":${JSON.stringify(clientId)},"timestamp":`;
}

/**
 * The envelope as JSON.
 *
 * @param prefix the result of `envelopePrefix` for the sender
 * @param timestamp Unix time in whole seconds
 * @param content the text of the message
 */
export function envelope(prefix: string, timestamp: number, content: string): string {
  return `${prefix}${timestamp},"content":${JSON.stringify(content)}}`;
}

/**
 * Parses an envelope.
 *
 * @throws Error that quotes the text if it is not an envelope
 */
export function parseEnvelope(text: string): Envelope {
  const value: unknown = JSON.parse(text);
  if (!isEnvelope(value)) throw new Error(`not an envelope: ${text.slice(0, 100)}`);
  // Only these three: other keys of a hub have no place in a log or in a program that passes the message on.
  const { client_id, timestamp, content } = value;
  return { client_id, timestamp, content };
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { client_id, timestamp, content } = value as Partial<Record<keyof Envelope, unknown>>;
  return typeof client_id === 'string' && Number.isInteger(timestamp) && typeof content === 'string';
}
