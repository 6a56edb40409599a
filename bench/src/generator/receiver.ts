import type { Dialect } from './dialect.js';
import { StreamError, TEXT } from './frame.js';
import { Ledger } from './ledger.js';
import { MarkerReader } from './marker.js';
import type { Reference } from './reference.js';
import type { View } from './transport.js';

/** The state that all receivers of a run share, and their callbacks. */
export interface Floor {
  readonly reference: Reference;
  readonly talkers: number;
  /** The number of messages sent so far, by publisher: a higher number was never sent. */
  readonly sent: ArrayLike<number>;
  /** Makes room in the reference for a frame of this size; false if that is not possible. */
  makeRoom(size: number): boolean;
}

/** What a receiver reports. `delivered` is left out if single deliveries are not needed. */
export interface ReceiverEvents {
  control(opcode: number, payload: Buffer): void;
  delivered?: ((talker: number, sentAt: number) => void) | undefined;
}

/**
 * Checks the stream of one connection. A receiver that does not publish follows the reference: its bytes are compared
 * without looking at frames. Where they differ it compares frame by frame: control frames may come in between. Any
 * other difference makes it parse every frame itself from then on, as one that publishes does from the start.
 */
export class Receiver {
  private position = 0;
  /** Frames of the reference that `delivered` was called for. */
  private told = 0;
  private carry: Buffer | undefined;
  private ledger: Ledger | undefined;
  private readonly view: View;
  private readonly marker = new MarkerReader();

  /** @param talker its own number, if it publishes */
  constructor(
    private readonly floor: Floor,
    private readonly dialect: Pick<Dialect, 'transport' | 'isMessage'>,
    private readonly events: ReceiverEvents,
    talker?: number,
  ) {
    this.view = dialect.transport.view();
    if (talker !== undefined) this.ledger = new Ledger(floor.talkers, talker);
  }

  /** Deliveries so far. */
  get received(): number {
    return this.ledger?.received ?? this.floor.reference.framesBefore(this.position);
  }

  get followsReference(): boolean {
    return this.ledger === undefined;
  }

  /** Its position in the reference. */
  get place(): number {
    return this.position;
  }

  /** What it has received. */
  account(): Ledger {
    const { reference } = this.floor;
    return this.ledger ?? reference.ledgerAt(reference.framesBefore(this.position));
  }

  /** @throws StreamError if it is not a stream of the run's messages */
  consume(chunk: Buffer): void {
    const data = this.carry ? Buffer.concat([this.carry, chunk]) : chunk;
    this.carry = undefined;
    if (this.ledger) this.parse(data, 0, this.ledger);
    else this.compare(data);
  }

  /** Parses every frame itself from here on. */
  leaveReference(): void {
    const { reference } = this.floor;
    this.tell();
    const frame = reference.framesBefore(this.position);
    const begun = reference.copyOf(reference.startOf(frame), this.position);
    if (begun.length > 0) this.carry = this.carry ? Buffer.concat([begun, this.carry]) : begun;
    this.ledger = reference.ledgerAt(frame);
  }

  private compare(data: Buffer): void {
    const { reference } = this.floor;
    let at = 0;
    while (at < data.length) {
      const known = Math.min(reference.end - this.position, data.length - at);
      if (known === 0) {
        const next = this.step(data, at);
        if (next === at) return;
        at = next;
      } else if (reference.matches(this.position, data, at, known)) {
        this.position += known;
        at += known;
      } else {
        this.compareByFrame(data.subarray(at));
        return;
      }
    }
    this.tell();
  }

  /** Goes back to the start of the current frame, and continues frame by frame. */
  private compareByFrame(rest: Buffer): void {
    const { reference } = this.floor;
    const start = reference.startOf(reference.framesBefore(this.position));
    const data = Buffer.concat([reference.copyOf(start, this.position), rest]);
    this.position = start;
    let at = 0;
    while (at < data.length) {
      const next = this.step(data, at);
      if (next === at) return;
      at = next;
    }
    this.tell();
  }

  /** Handles the frame at `at`, and returns the start of the next one; `at` if it cannot continue. */
  private step(data: Buffer, at: number): number {
    const { reference } = this.floor;
    const { view } = this;
    if (!view.read(data, at)) {
      this.tell();
      this.carry = Buffer.from(data.subarray(at));
      return at;
    }
    const size = view.end - at;
    if (!this.seesMessage(data)) this.control(data);
    else if (this.position < reference.end ? this.isNext(data, at, size) : this.extend(data, at, size)) {
      this.position += size;
    } else {
      this.leaveReference();
      this.parse(data, at, this.account());
      return at;
    }
    return this.view.end;
  }

  private isNext(data: Buffer, at: number, size: number): boolean {
    const { reference } = this.floor;
    const frame = reference.framesBefore(this.position);
    return (
      reference.endOf(frame) === this.position + size && reference.matches(this.position, data, at, size)
    );
  }

  /** The first receiver of this frame appends it; false if there is no room for it. */
  private extend(data: Buffer, at: number, size: number): boolean {
    const { reference } = this.floor;
    if (!reference.hasRoomFor(size)) {
      this.tell();
      if (!this.floor.makeRoom(size)) return false;
    }
    this.readMarker(data);
    const { talker, sequence, sentAt } = this.marker;
    reference.append(data, at, at + size, talker, sequence, sentAt);
    return true;
  }

  private parse(data: Buffer, from: number, ledger: Ledger): void {
    const { view, marker } = this;
    let at = from;
    for (; view.read(data, at); at = view.end) {
      if (!this.seesMessage(data)) {
        this.control(data);
        continue;
      }
      this.readMarker(data);
      ledger.note(marker.talker, marker.sequence);
      this.events.delivered?.(marker.talker, marker.sentAt);
    }
    if (at < data.length) this.carry = Buffer.from(data.subarray(at));
  }

  private readMarker(data: Buffer): void {
    const { marker, view, floor } = this;
    marker.read(data, view.payload, view.end);
    if (!(marker.talker < floor.talkers && marker.sequence < (floor.sent[marker.talker] as number))) {
      throw new StreamError(`message ${marker.sequence} of talker ${marker.talker} was never sent`);
    }
  }

  /** Everything else is a control frame, or a text of the dialect that is not a message. */
  private seesMessage(data: Buffer): boolean {
    const { opcode, payload, end } = this.view;
    return opcode === TEXT && this.dialect.isMessage(data, payload, end);
  }

  private control(data: Buffer): void {
    this.events.control(this.view.opcode, Buffer.from(data.subarray(this.view.payload, this.view.end)));
  }

  private tell(): void {
    const { reference } = this.floor;
    const { delivered } = this.events;
    if (delivered === undefined || this.ledger !== undefined) return;
    while (this.told < reference.frames && reference.endOf(this.told) <= this.position) {
      delivered(reference.talkerOf(this.told), reference.sentAtOf(this.told));
      this.told++;
    }
  }
}
