import type { Envelope, Position } from '@ws-hub/protocol';

/** A message as applications receive it: the envelope, and what hub.v1 adds. */
export interface ReceivedMessage extends Envelope {
  /** Its position in the hub's log; hub.v1 only. */
  readonly id?: Position;
  readonly channel: string;
  /** The user in its sender's token; hub.v1 only, and left out for an anonymous sender. */
  readonly user?: string;
}

const MAX_MESSAGES = 1_000;
/** Characters of content. */
const MAX_LENGTH = 2 ** 20;
/** The inbox may exceed its limits by this factor while the client has to keep reading for an answer of the hub. */
const MAX_EXCESS = 4;

interface Entry {
  readonly message: ReceivedMessage;
  /** The position of the application after this message. */
  position: Position | undefined;
}

interface Waiter {
  resolve(result: IteratorResult<ReceivedMessage, undefined>): void;
  reject(error: Error): void;
}

export interface InboxListener {
  /** The limit is reached: no more should arrive. */
  full(): void;
  /** Far more than the limit has arrived: no more may. */
  overfull(): void;
  /** Half of the limit is free again. */
  room(): void;
  /** The application is done with everything up to here. */
  handled(position: Position): void;
  /** The application has stopped reading, whatever still waits. */
  left(): void;
}

const DONE = { value: undefined, done: true } as const;

/** Messages that wait for the iteration. A message counts as handled when the next one is requested. */
export class Inbox implements AsyncIterableIterator<ReceivedMessage, undefined> {
  private readonly entries: Entry[] = [];
  private length = 0;
  private inHand: Entry | undefined;
  private readonly waiting: Waiter[] = [];
  private fill: 'room' | 'full' | 'overfull' = 'room';
  private hasEnded = false;
  private error: Error | undefined;

  constructor(private readonly listener: InboxListener) {}

  get isFull(): boolean {
    return this.fill !== 'room';
  }

  push(message: ReceivedMessage): void {
    const entry = { message, position: message.id };
    const waiter = this.waiting.shift();
    if (waiter) {
      this.inHand = entry;
      waiter.resolve({ value: message, done: false });
      return;
    }
    this.entries.push(entry);
    this.length += message.content.length;
    this.judge();
  }

  /** Everything up to here was received. It counts as handled when the messages before it are. */
  advance(position: Position): void {
    const last = this.entries.at(-1) ?? this.inHand;
    if (last) last.position = position;
    else this.listener.handled(position);
  }

  /** No more will arrive: after what waits, the iteration ends or throws the error. */
  finish(error?: Error): void {
    this.hasEnded = true;
    this.error = error;
    for (const waiter of this.waiting.splice(0)) this.answerEnd(waiter);
  }

  next(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    this.putDown();
    const entry = this.take();
    if (entry) return Promise.resolve({ value: entry.message, done: false });
    return new Promise((resolve, reject) => {
      if (this.hasEnded) this.answerEnd({ resolve, reject });
      else this.waiting.push({ resolve, reject });
    });
  }

  /** What still waits is dropped, and does not count as handled. */
  return(): Promise<IteratorResult<ReceivedMessage, undefined>> {
    this.putDown();
    this.entries.length = 0;
    this.finish();
    this.listener.left();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private take(): Entry | undefined {
    const entry = this.entries.shift();
    this.inHand = entry;
    this.length -= entry?.message.content.length ?? 0;
    if (this.isFull && !this.isBeyond(0.5)) {
      this.fill = 'room';
      this.listener.room();
    }
    return entry;
  }

  private judge(): void {
    if (this.fill === 'full' && this.isBeyond(MAX_EXCESS)) {
      this.fill = 'overfull';
      this.listener.overfull();
    } else if (this.fill === 'room' && this.isBeyond(1)) {
      this.fill = 'full';
      this.listener.full();
    }
  }

  private putDown(): void {
    const position = this.inHand?.position;
    this.inHand = undefined;
    if (position !== undefined) this.listener.handled(position);
  }

  private isBeyond(part: number): boolean {
    return this.entries.length >= MAX_MESSAGES * part || this.length >= MAX_LENGTH * part;
  }

  private answerEnd({ resolve, reject }: Waiter): void {
    const { error } = this;
    this.error = undefined;
    if (error) reject(error);
    else resolve(DONE);
  }
}
