import type { Dialect } from './dialect.js';
import { StreamError, TEXT } from './frame.js';
import { Ledger } from './ledger.js';
import { MarkerReader } from './marker.js';
import type { Reference } from './reference.js';
import type { View } from './transport.js';

/** What all receivers of a run share, and what they tell it. */
export interface Floor {
  readonly reference: Reference;
  readonly talkers: number;
  /** Everything said so far, by talker: a number beyond it was never sent. */
  readonly sent: ArrayLike<number>;
  /** Makes room in the reference for a frame of this size; false if there can be none. */
  makeRoom(size: number): boolean;
}

/** What a receiver does with what it finds; `delivered` is left out where nobody looks at single deliveries. */
export interface ReceiverEvents {
  control(opcode: number, payload: Buffer): void;
  delivered?: ((talker: number, sentAt: number) => void) | undefined;
}

/**
 * Checks one connection's stream. One that says nothing follows the reference: its bytes are compared with it,
 * frame boundaries unseen. Where they differ it looks frame by frame: control frames may stand in between;
 * anything else makes it read every frame by itself from then on, as one that talks does from the start.
 */
export class Receiver {
  private position = 0;
  /** Frames of the reference that `delivered` was called for. */
  private told = 0;
  private carry: Buffer | undefined;
  private ledger: Ledger | undefined;
  private readonly view: View;
  private readonly marker = new MarkerReader();

  /** @param talker its own number, if it talks */
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

  /** How far in the reference it has come. */
  get place(): number {
    return this.position;
  }

  /** What it has heard. */
  account(): Ledger {
    const { reference } = this.floor;
    return this.ledger ?? reference.ledgerAt(reference.framesBefore(this.position));
  }

  /** @throws StreamError if it is no stream of the run's messages */
  consume(chunk: Buffer): void {
    const data = this.carry ? Buffer.concat([this.carry, chunk]) : chunk;
    this.carry = undefined;
    if (this.ledger) this.parse(data, 0, this.ledger);
    else this.compare(data);
  }

  /** Reads by itself from here on. */
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

  /** Goes back to where the current frame began and takes one frame after the other. */
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

  /** Takes the one frame at `at`, and returns where the next begins; if it cannot go on, `at`. */
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

  /** The first to get this frame appends it; false if there is no room for it. */
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

  /** All else is control frames, and what a dialect says besides messages. */
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
