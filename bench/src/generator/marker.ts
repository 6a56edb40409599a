import { StreamError } from './frame.js';

// The content of a message is `@` talker sequence sent-at `@` and padding. All digits have a fixed width, so that a
// publisher writes them into a prepared frame, and a receiver finds them at the same place in every frame.
const EDGE = 0x40;
const PADDING = 'x';
const ZERO = 0x30;
const TALKER_DIGITS = 5;
const SEQUENCE_DIGITS = 9;
/** Microseconds of the generator's clock; enough for a hundred days. */
const SENT_AT_DIGITS = 13;
const TALKER_AT = 1;
const SEQUENCE_AT = TALKER_AT + TALKER_DIGITS;
const SENT_AT_AT = SEQUENCE_AT + SEQUENCE_DIGITS;
const CLOSING_AT = SENT_AT_AT + SENT_AT_DIGITS;
/** The minimum size of a content with a marker. */
export const MARKER_BYTES = CLOSING_AT + 1;

/** A placeholder for the sequence where a message has a key. */
export const KEY_TEMPLATE = `k${'0'.repeat(SEQUENCE_DIGITS)}`;

/** Microseconds since the generator started. Publishers and receivers share it: they are in one process. */
export function nowMicros(): number {
  return performance.now() * 1000;
}

/** A content of `size` characters with the publisher's number in its marker; the rest of the marker is zeros. */
export function contentTemplate(talker: number, size: number): string {
  const digits = String(talker).padStart(TALKER_DIGITS, '0') + '0'.repeat(SEQUENCE_DIGITS + SENT_AT_DIGITS);
  return `@${digits}@`.padEnd(size, PADDING);
}

/** The position of the marker in an outgoing text. */
export function markerIn(text: Buffer): number {
  return text.indexOf(EDGE);
}

/** Writes sequence and time into a masked frame; `at` is the marker's position, `phase` its position in the payload. */
export function writeMarker(
  frame: Buffer,
  at: number,
  mask: Buffer,
  phase: number,
  sequence: number,
  sentAt: number,
): void {
  writeDigits(frame, at, mask, phase, SEQUENCE_AT, SEQUENCE_DIGITS, sequence);
  writeDigits(frame, at, mask, phase, SENT_AT_AT, SENT_AT_DIGITS, Math.floor(sentAt));
}

/** The position of the key in an outgoing text; -1 if it has none. */
export function keyIn(text: Buffer): number {
  return text.indexOf(`"${KEY_TEMPLATE}"`) + 1 || -1;
}

/** Writes the sequence into a key. */
export function writeKey(frame: Buffer, at: number, mask: Buffer, phase: number, sequence: number): void {
  writeDigits(frame, at, mask, phase, 1, SEQUENCE_DIGITS, sequence);
}

function writeDigits(
  frame: Buffer,
  at: number,
  mask: Buffer,
  phase: number,
  field: number,
  width: number,
  value: number,
): void {
  let rest = value;
  for (let i = field + width - 1; i >= field; i--) {
    const next = Math.floor(rest / 10);
    frame[at + i] = (ZERO + rest - next * 10) ^ (mask[(phase + i) & 3] as number);
    rest = next;
  }
}

/** Reads the marker of a payload. It remembers the last position, since envelopes are alike. */
export class MarkerReader {
  talker = 0;
  sequence = 0;
  sentAt = 0;
  private place = 0;

  /** @throws StreamError if the payload has no marker */
  read(bytes: Buffer, payload: number, end: number): void {
    if (!this.standsAt(bytes, payload + this.place, end)) this.place = this.search(bytes, payload, end);
    const at = payload + this.place;
    this.talker = digits(bytes, at + TALKER_AT, TALKER_DIGITS);
    this.sequence = digits(bytes, at + SEQUENCE_AT, SEQUENCE_DIGITS);
    this.sentAt = digits(bytes, at + SENT_AT_AT, SENT_AT_DIGITS);
  }

  private standsAt(bytes: Buffer, at: number, end: number): boolean {
    return at + MARKER_BYTES <= end && bytes[at] === EDGE && bytes[at + CLOSING_AT] === EDGE;
  }

  private search(bytes: Buffer, payload: number, end: number): number {
    const at = bytes.indexOf(EDGE, payload);
    if (at === -1 || !this.standsAt(bytes, at, end)) {
      throw new StreamError(
        `no marker in ${JSON.stringify(bytes.toString('latin1', payload, payload + 80))}`,
      );
    }
    return at - payload;
  }
}

function digits(bytes: Buffer, at: number, width: number): number {
  let value = 0;
  for (let i = at; i < at + width; i++) value = value * 10 + (bytes[i] as number) - ZERO;
  return value;
}
