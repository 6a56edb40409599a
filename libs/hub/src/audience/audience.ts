import type { Encoder } from '../encoding/encoder.js';
import { END } from '../log/index.js';
import { Batch } from './batch.js';

/** Who somebody is, on however many connections. */
export interface Identity {
  readonly clientId: string;
}

/** Remembers where it stands in its audience. */
export interface Listener<Who extends Identity = Identity> {
  readonly subscription: { index: number } | undefined;
  readonly identity: Who;
}

/**
 * The connections that hear the same: same channels, same encoder. A dense array, because every message walks all of it.
 *
 * Most connections listen to one channel, so most audiences are all the clients of a channel.
 */
export class Audience<Member extends Listener> {
  /** What waits for the next flush. */
  readonly batch = new Batch<Member['identity'], Member>();
  readonly members: Member[] = [];
  /** Kept by the fan-out: the first position that waits for the next flush. */
  firstWaiting = END;
  /** What its members hear; kept by the audiences, as is its name. */
  readonly channels = new Set<string>();

  constructor(
    readonly encoder: Encoder,
    public name = 0n,
  ) {}

  /** The newcomer gets nothing of what waits. */
  add(member: Member): void {
    if (!this.batch.isEmpty) this.batch.joinHere(member);
    const index = this.members.push(member) - 1;
    if (member.subscription !== undefined) member.subscription.index = index;
  }

  /** Without effect on one that has left already. The last one takes the place of the one that leaves, so that nothing has to be shifted. */
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
