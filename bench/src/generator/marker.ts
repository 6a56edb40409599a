import { StreamError } from './frame.js';

// A message's content is `@` talker sequence sent-at `@` and then padding: digits of a fixed width, so that a
// talker writes them into a ready-made frame and a receiver finds them at the same place in every frame.
const EDGE = 0x40;
const PADDING = 'x';
const ZERO = 0x30;
const TALKER_DIGITS = 5;
const SEQUENCE_DIGITS = 9;
/** Microseconds of the generator's own clock; enough for a hundred days. */
const SENT_AT_DIGITS = 13;
const TALKER_AT = 1;
const SEQUENCE_AT = TALKER_AT + TALKER_DIGITS;
const SENT_AT_AT = SEQUENCE_AT + SEQUENCE_DIGITS;
const CLOSING_AT = SENT_AT_AT + SENT_AT_DIGITS;
/** The least content that holds a marker. */
export const MARKER_BYTES = CLOSING_AT + 1;

/** What a talker writes its sequence over where a message has a key. */
export const KEY_TEMPLATE = `k${'0'.repeat(SEQUENCE_DIGITS)}`;

/** Microseconds since the generator began; talkers and receivers live in one process and so share it. */
export function nowMicros(): number {
  return performance.now() * 1000;
}

/** A content of `size` characters with the talker's number in its marker; the rest of the marker is zeros. */
export function contentTemplate(talker: number, size: number): string {
  const digits = String(talker).padStart(TALKER_DIGITS, '0') + '0'.repeat(SEQUENCE_DIGITS + SENT_AT_DIGITS);
  return `@${digits}@`.padEnd(size, PADDING);
}

/** Where the marker stands in an outgoing text. */
export function markerIn(text: Buffer): number {
  return text.indexOf(EDGE);
}

/** Writes sequence and time into a frame that masks; `at` is the marker's place, `phase` its place in the payload. */
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

/** Where the key stands in an outgoing text; -1 if it has none. */
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

/** Reads the marker of a payload; it remembers where the last one stood, since envelopes are alike. */
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
