import type { Position } from '@ws-hub/protocol';
import { Inbox, type ReceivedMessage } from './inbox.js';
import { RecentIds } from './recent-ids.js';

/** More than can arrive twice: the messages in flight when a connection ends. */
const REMEMBERED_IDS = 10_000;

export interface DeliveryListener {
  message(message: ReceivedMessage): void;
  /** Whether the application has a message listener. */
  isHeard(): boolean;
  full(): void;
  overfull(): void;
  room(): void;
}

/**
 * Passes each message to the application once, and tracks its progress: `received` is where the hub resumes, `handled`
 * where another client would that takes over from the application. They differ by what waits in the inbox.
 */
export class Delivery {
  private readonly recent = new RecentIds(REMEMBERED_IDS);
  private inbox: Inbox | undefined;
  private isLeft = false;
  private lastReceived: Position | undefined;
  private lastHandled: Position | undefined;

  constructor(
    since: Position | undefined,
    private readonly listener: DeliveryListener,
  ) {
    this.lastReceived = this.lastHandled = since;
  }

  get received(): Position | undefined {
    return this.lastReceived;
  }

  get handled(): Position | undefined {
    return this.lastHandled;
  }

  /** Whether more waits for the application than should. */
  get isFull(): boolean {
    return this.inbox?.isFull === true;
  }

  /** Passes a message to the listeners and the iterator; the position advances afterwards. */
  deliver(message: ReceivedMessage): void {
    if (message.id !== undefined && !this.recent.add(message.id)) return;
    this.listener.message(message);
    this.inbox?.push(message);
    if (message.id !== undefined) this.advance(message.id);
  }

  /** The ack of an own message has arrived at its place in the order. */
  acknowledged(id: Position): void {
    if (this.recent.add(id)) this.advance(id);
  }

  /** Everything up to here was received. */
  advance(position: Position): void {
    this.lastReceived = position;
    if (this.inbox) this.inbox.advance(position);
    else if (!this.isLeft || this.listener.isHeard()) this.lastHandled = position;
  }

  /**
   * Starts collecting messages for an iteration.
   *
   * @throws Error if another iteration is running
   */
  read(): Inbox {
    if (this.inbox)
      throw new Error('the messages are already being read; only one iterator at a time is allowed');
    this.isLeft = false;
    const inbox = new Inbox({
      full: () => this.listener.full(),
      overfull: () => this.listener.overfull(),
      // An ended inbox is read to its end while a new one may be full.
      room: () => {
        if (this.inbox === inbox) this.listener.room();
      },
      handled: (position) => this.inboxOnHandled(inbox, position),
      left: () => this.inboxOnLeft(inbox),
    });
    this.inbox = inbox;
    return inbox;
  }

  /** Ends the iteration, with this error if there is one. */
  finish(error?: Error): void {
    if (this.inbox === undefined) return;
    this.inbox.finish(error);
    this.isLeft = true;
    this.inbox = undefined;
  }

  private inboxOnHandled(inbox: Inbox, position: Position): void {
    const isCurrent = this.inbox === inbox || this.inbox === undefined;
    if (isCurrent) this.lastHandled = position;
  }

  /** If the application leaves the loop, its position stays there as long as nothing else reads messages. */
  private inboxOnLeft(inbox: Inbox): void {
    if (this.inbox !== inbox) return;
    const wasFull = this.isFull;
    this.inbox = undefined;
    this.isLeft = true;
    if (wasFull) this.listener.room();
  }
}
