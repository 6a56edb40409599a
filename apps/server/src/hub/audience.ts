import { Turn } from './turn.js';

/** Who somebody is, on however many connections. */
export interface Identity {
  readonly clientId: string;
}

/** Remembers where it stands in its audience. */
export interface Listener<Who extends Identity = Identity> {
  index: number;
  readonly identity: Who;
}

/** What its members are told, and how: both dialects of the contract speak of the same messages. */
export type Dialect = 'plain' | 'v1';

/**
 * The connections that hear the same: same channels, same dialect. A dense array, because every message walks all of it.
 *
 * Most connections listen to one channel, so most audiences are all the clients of a channel.
 */
export class Audience<Member extends Listener> {
  /** What waits for the next flush. */
  readonly turn = new Turn<Member['identity'], Member>();
  readonly members: Member[] = [];
  /** Kept by the fan-out: the first sequence that waits for the next flush. */
  firstWaiting = Number.POSITIVE_INFINITY;
  /** What its members hear; kept by the audiences, as is its name. */
  readonly channels = new Set<string>();

  constructor(
    readonly dialect: Dialect,
    public name = 0n,
  ) {}

  /** The newcomer gets nothing of what waits. */
  add(member: Member): void {
    if (!this.turn.isEmpty) this.turn.startHere(member);
    member.index = this.members.push(member) - 1;
  }

  /** Without effect on one that has left already. The last one takes the place of the one that leaves, so that nothing has to be shifted. */
  remove(member: Member): void {
    if (member.index === -1) return;
    const last = this.members.pop();
    if (last !== undefined && last !== member) {
      this.members[member.index] = last;
      last.index = member.index;
    }
    member.index = -1;
  }
}
