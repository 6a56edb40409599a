import type { Position } from '@ws-hub/protocol';
import { Inbox, type ReceivedMessage } from './inbox.js';
import { RecentIds } from './recent-ids.js';

/** More than can come twice: what is on its way when a connection ends. */
const REMEMBERED_IDS = 10_000;

export interface DeliveryListener {
  message(message: ReceivedMessage): void;
  /** Whether anybody listens to messages one by one. */
  isHeard(): boolean;
  full(): void;
  overfull(): void;
  room(): void;
}

/**
 * Gives each message to the application once, and knows how far it has come: `received` is where the hub is to go on
 * from, `handled` where somebody else would who took over from the application. The two differ by what waits in the
 * inbox.
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

  /** More waits for the application than should. */
  get isFull(): boolean {
    return this.inbox?.isFull === true;
  }

  /** Gives a message to those who listen and to the iterator; only then has the client come as far as that. */
  deliver(message: ReceivedMessage): void {
    if (message.id !== undefined && !this.recent.add(message.id)) return;
    this.listener.message(message);
    this.inbox?.push(message);
    if (message.id !== undefined) this.advance(message.id);
  }

  /** An own message has come to its place in the order. */
  acknowledged(id: Position): void {
    if (this.recent.add(id)) this.advance(id);
  }

  /** Everything up to here has been received. */
  advance(position: Position): void {
    this.lastReceived = position;
    if (this.inbox) this.inbox.advance(position);
    else if (!this.isLeft || this.listener.isHeard()) this.lastHandled = position;
  }

  /**
   * Begins to collect messages for iteration.
   *
   * @throws Error if somebody iterates already
   */
  read(): Inbox {
    if (this.inbox) throw new Error('the messages are being read already; one iterator at a time');
    this.isLeft = false;
    const inbox = new Inbox({
      full: () => this.listener.full(),
      overfull: () => this.listener.overfull(),
      // One that has ended is read to its end while another one may be full.
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

  /** Who leaves a loop in the middle comes as far as that, and no further while nobody else reads. */
  private inboxOnLeft(inbox: Inbox): void {
    if (this.inbox !== inbox) return;
    const wasFull = this.isFull;
    this.inbox = undefined;
    this.isLeft = true;
    if (wasFull) this.listener.room();
  }
}
