import type { Encoder } from '../encoding/encoder.js';
import { END } from '../log/index.js';
import { Batch } from './batch.js';

/** An identity, on any number of connections. */
export interface Identity {
  readonly clientId: string;
}

/** Knows its index in its audience. */
export interface Listener<Who extends Identity = Identity> {
  readonly subscription: { index: number } | undefined;
  readonly identity: Who;
}

/**
 * Connections with the same channels and the same encoder. A dense array, because every message walks all of it.
 *
 * Most connections listen to one channel, so most audiences are all the clients of a channel.
 */
export class Audience<Member extends Listener> {
  /** What waits for the next flush. */
  readonly batch = new Batch<Member['identity'], Member>();
  readonly members: Member[] = [];
  /** Set by the fan-out: the first position that waits for the next flush. */
  firstWaiting = END;
  /** The members' channels; set by the audiences, like the name. */
  readonly channels = new Set<string>();

  constructor(
    readonly encoder: Encoder,
    public name = 0n,
  ) {}

  /** A new member gets nothing of what waits. */
  add(member: Member): void {
    if (!this.batch.isEmpty) this.batch.joinHere(member);
    const index = this.members.push(member) - 1;
    if (member.subscription !== undefined) member.subscription.index = index;
  }

  /**
   * Does nothing if the member has already left. The last member takes the place of the one that leaves, so nothing has
   * to be shifted.
   */
  remove({ subscription }: Member): void {
    if (subscription === undefined || subscription.index === -1) return;
    const last = this.members.pop();
    const { index } = subscription;
    subscription.index = -1;
    if (last?.subscription === undefined || last.subscription === subscription) return;
    this.members[index] = last;
    last.subscription.index = index;
  }
}
