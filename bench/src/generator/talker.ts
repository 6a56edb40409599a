import type { Connection } from './connection.js';
import type { Dialect } from './dialect.js';
import { clientFrame, TEXT } from './frame.js';
import { contentTemplate, keyIn, markerIn, nowMicros, writeKey, writeMarker } from './marker.js';

/** A client that publishes: it copies a prepared frame, and writes number and time into it. */
export class Talker {
  private readonly template: Buffer;
  /** The position of the marker in the payload, and in the frame. */
  private readonly phase: number;
  private readonly place: number;
  /** The position of the key in the payload, -1 if the dialect has none. */
  private readonly keyPhase: number;

  constructor(
    private readonly connection: Connection,
    private readonly number: number,
    /** Messages sent so far, by publisher. */
    private readonly sent: Uint32Array,
    dialect: Dialect,
    payloadBytes: number,
  ) {
    const text = Buffer.from(dialect.wrap(contentTemplate(number, payloadBytes)));
    this.template = clientFrame(TEXT, text, connection.mask);
    this.phase = markerIn(text);
    this.keyPhase = keyIn(text);
    this.place = this.template.length - text.length + this.phase;
  }

  /** Sends the next messages, in one write. */
  say(count = 1): void {
    const size = this.template.length;
    const frames = Buffer.allocUnsafe(size * count);
    const sentAt = nowMicros();
    for (let i = 0; i < count; i++) {
      this.template.copy(frames, i * size);
      const sequence = this.sent[this.number] as number;
      writeMarker(frames, i * size + this.place, this.connection.mask, this.phase, sequence, sentAt);
      if (this.keyPhase !== -1) {
        const place = i * size + this.place - this.phase + this.keyPhase;
        writeKey(frames, place, this.connection.mask, this.keyPhase, sequence);
      }
      this.sent[this.number] = sequence + 1;
    }
    this.connection.write(frames);
  }
}
