import type { Faults, Job } from '../job.js';
import { Connection } from './connection.js';
import { DIALECTS, type Dialect } from './dialect.js';
import { Latencies } from './latencies.js';
import { Ledger } from './ledger.js';
import { type Floor, Receiver } from './receiver.js';
import { Reference } from './reference.js';
import { Talker } from './talker.js';
import { signToken } from './token.js';

const CONNECTING_AT_ONCE = 64;

/** All clients of a run: connects them, counts their deliveries and bounds the reference. */
export class Swarm implements Floor {
  readonly reference: Reference;
  readonly talkers: number;
  readonly sent: Uint32Array;
  readonly latencies = new Latencies();
  readonly speakers: Talker[] = [];
  /** Rejects when a connection breaks or a server violates its protocol. */
  readonly broken: Promise<never>;
  /** Called for the deliveries to the first client, unless all clients publish. */
  onObserved: ((talker: number) => void) | undefined;
  private readonly receivers: Receiver[] = [];
  private readonly connections: Connection[] = [];
  private fail: (error: Error) => void = () => undefined;

  constructor(private readonly job: Job) {
    this.talkers = job.talkers;
    this.sent = new Uint32Array(job.talkers);
    this.reference = new Reference(job.talkers);
    this.broken = new Promise((_, reject) => {
      this.fail = reject;
    });
  }

  async connect(): Promise<void> {
    let next = 0;
    const connectInTurn = async () => {
      while (next < this.job.clients) await this.add(next++);
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectInTurn));
  }

  /** Deliveries so far. */
  get received(): number {
    return this.receivers.reduce((sum, receiver) => sum + receiver.received, 0);
  }

  /** Deliveries expected for all messages so far: each publisher's to all clients but itself. */
  get expected(): number {
    return this.sent.reduce((sum, count) => sum + count, 0) * (this.job.clients - 1);
  }

  get followers(): number {
    return this.receivers.filter((receiver) => receiver.followsReference).length;
  }

  faults(): Faults {
    const faults = { lost: 0, duplicates: 0, outOfOrder: 0 };
    const known = new Map<number, Ledger>();
    for (const receiver of this.receivers) {
      const ledger = this.accountOf(receiver, known);
      faults.lost += ledger.lost(this.sent);
      faults.duplicates += ledger.duplicates;
      faults.outOfOrder += ledger.outOfOrder;
    }
    return faults;
  }

  makeRoom(size: number): boolean {
    const { reference } = this;
    reference.dropBefore(this.slowest());
    if (reference.hasRoomFor(size)) return true;
    // A receiver that lags by half of the reference leaves it, so that the others can continue.
    const limit = reference.end - reference.capacity / 2;
    for (const receiver of this.receivers) {
      if (receiver.followsReference && receiver.place < limit) receiver.leaveReference();
    }
    reference.dropBefore(this.slowest());
    return reference.hasRoomFor(size);
  }

  reset(): void {
    for (const connection of this.connections) connection.reset();
  }

  private slowest(): number {
    let place = this.reference.end;
    for (const receiver of this.receivers) {
      if (receiver.followsReference) place = Math.min(place, receiver.place);
    }
    return place;
  }

  /** Receivers at the same position in the reference share one account. */
  private accountOf(receiver: Receiver, known: Map<number, Ledger>): Ledger {
    if (!receiver.followsReference) return receiver.account();
    const ledger = known.get(receiver.place) ?? receiver.account();
    known.set(receiver.place, ledger);
    return ledger;
  }

  /** The first client observes, the next ones publish. If all publish, there is no observer. */
  private talkerAt(index: number): number | undefined {
    const talker = this.job.clients > this.talkers ? index - 1 : index;
    return talker >= 0 && talker < this.talkers ? talker : undefined;
  }

  private dialectOf(talker: number | undefined): Dialect {
    const dialect = DIALECTS[this.job.dialect];
    return (talker === undefined ? undefined : dialect.talkers) ?? dialect;
  }

  private async add(index: number): Promise<void> {
    const { host, port, payloadBytes, tokenSecret } = this.job;
    const talker = this.talkerAt(index);
    const dialect = this.dialectOf(talker);
    const token = tokenSecret === undefined ? undefined : signToken(tokenSecret, `client-${index}`);
    const connection = new Connection(port, host, dialect, token, (error) => this.fail(error));
    this.connections.push(connection);
    if (talker !== undefined) {
      this.speakers[talker] = new Talker(connection, talker, this.sent, dialect, payloadBytes);
    }
    const receiver = new Receiver(this, dialect, this.eventsOf(connection, index, talker), talker);
    this.receivers.push(receiver);
    await connection.opened((chunk) => {
      this.latencies.arrive();
      receiver.consume(chunk);
    });
  }

  /** In a closed loop only the observer looks at single deliveries: timing millions per second would cost too much. */
  private eventsOf(connection: Connection, index: number, talker: number | undefined) {
    const observes = index === 0 && talker === undefined;
    const delivered = (speaker: number, sentAt: number) => {
      this.latencies.add(sentAt);
      if (observes) this.onObserved?.(speaker);
    };
    const watched = observes || this.job.load.kind === 'open';
    return {
      control: (opcode: number, payload: Buffer) => connection.control(opcode, payload),
      delivered: watched ? delivered : undefined,
    };
  }
}
