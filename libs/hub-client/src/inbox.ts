import type { Envelope, Position } from '@ws-hub/protocol';

/** A message as an application gets it: the envelope, and what hub.v1 adds to it. */
export interface ReceivedMessage extends Envelope {
  /** Its place in the hub's log; hub.v1 only. */
  readonly id?: Position;
  readonly channel: string;
  /** Whom its sender's token names; hub.v1 only, and left out for an anonymous sender. */
  readonly user?: string;
}

const MAX_MESSAGES = 1_000;
/** Characters of content. */
const MAX_LENGTH = 2 ** 20;
/** So many times that may wait where the client has to read on, since it waits for an answer of the hub. */
const MAX_EXCESS = 4;

interface Entry {
  readonly message: ReceivedMessage;
  /** How far the application has come when it is done with this message. */
  position: Position | undefined;
}

interface Waiter {
  resolve(result: IteratorResult<ReceivedMessage, undefined>): void;
  reject(error: Error): void;
}

export interface InboxListener {
  /** So much waits that no more should come. */
  full(): void;
  /** So much more has come all the same that no more may. */
  overfull(): void;
  /** Half of what makes it full has been taken. */
  room(): void;
  /** The application is done with everything up to here. */
  handled(position: Position): void;
  /** The application has stopped reading, whatever still waits. */
  left(): void;
}

const DONE = { value: undefined, done: true } as const;

/** Messages that wait to be iterated over. A message counts as handled when the next one is asked for. */
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

  /** Everything up to here has been received; it has been handled when the messages before it are. */
  advance(position: Position): void {
    const last = this.entries.at(-1) ?? this.inHand;
    if (last) last.position = position;
    else this.listener.handled(position);
  }

  /** No more will come: the iteration ends, or throws the error, after what waits. */
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
