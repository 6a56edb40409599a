import { Turn } from './turn.js';

/** Remembers where it stands in the channel. */
interface Placed {
  index: number;
}

/** The connections that hear each other: a dense array, because every message walks all of it. */
export class Channel<Member extends Placed> {
  /** What waits for the next flush. */
  readonly turn = new Turn<Member>();
  readonly connections: Member[] = [];

  constructor(readonly name: string) {}

  add(connection: Member): void {
    connection.index = this.connections.push(connection) - 1;
  }

  /** The last one takes the place of the one that leaves, so that nothing has to be shifted. */
  remove(connection: Member): void {
    const last = this.connections.pop();
    if (last !== undefined && last !== connection) {
      this.connections[connection.index] = last;
      last.index = connection.index;
    }
    connection.index = -1;
  }
}
