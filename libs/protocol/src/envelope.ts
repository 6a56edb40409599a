/** What every client hears of a message: exactly these three keys, in this order. */
export interface Envelope {
  readonly client_id: string;
  /** Unix time in whole seconds, taken by the hub that accepted the message. */
  readonly timestamp: number;
  readonly content: string;
}

/** The part of the envelope that is the same for all messages of one sender, so that it is built once. */
export function envelopePrefix(clientId: string): string {
  return `{"client_id":${JSON.stringify(clientId)},"timestamp":`;
}

/**
 * The envelope as it travels.
 *
 * @param prefix what `envelopePrefix` made for the sender
 * @param timestamp Unix time in whole seconds
 */
export function envelope(prefix: string, timestamp: number, content: string): string {
  return `${prefix}${timestamp},"content":${JSON.stringify(content)}}`;
}

/**
 * Reads an envelope.
 *
 * @throws Error that says what is wrong, if the text is no envelope
 */
export function parseEnvelope(text: string): Envelope {
  const value: unknown = JSON.parse(text);
  if (!isEnvelope(value)) throw new Error(`not an envelope: ${text.slice(0, 100)}`);
  // These three only: what else a hub may send has no place in a log or a program that spreads the message.
  const { client_id, timestamp, content } = value;
  return { client_id, timestamp, content };
}

function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { client_id, timestamp, content } = value as Partial<Record<keyof Envelope, unknown>>;
  return typeof client_id === 'string' && Number.isInteger(timestamp) && typeof content === 'string';
}
