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
  /** Kept by the fan-out: the turn of the event loop in which it last wrote to all. */
  flushedInTurn = -1;

  constructor(readonly name: string) {}

  add(connection: Member): void {
    connection.index = this.connections.push(connection) - 1;
  }

  /** Without effect on one that has left already. The last one takes the place of the one that leaves, so that nothing has to be shifted. */
  remove(connection: Member): void {
    if (connection.index === -1) return;
    const last = this.connections.pop();
    if (last !== undefined && last !== connection) {
      this.connections[connection.index] = last;
      last.index = connection.index;
    }
    connection.index = -1;
  }
}
