import { judge, type Verdict } from '../../apps/verify/src/judge.js';
import { Ledger } from '../../apps/verify/src/ledger.js';
import { Participant } from '../../apps/verify/src/participant.js';
import { awaitStragglers } from '../../apps/verify/src/stragglers.js';
import { until } from '../../apps/verify/src/waiting.js';
import { WebSocketWay } from '../../apps/verify/src/ways/web-socket.js';
import { signToken } from '../tokens.js';

const TIMEOUT_MS = 30_000;
const uninterrupted = new AbortController().signal;

/** How often a client has requested a token, by reason. */
export type Asked = Record<'connect' | 'expiring' | 'rejected', number>;

/** How the hub has kept its promise to a room. */
export interface RoomVerdict extends Verdict {
  /** Messages that were never acknowledged. */
  readonly unacknowledged: number;
  /** Clients that were told not to come back. */
  readonly stopped: number;
}

/** Clients on one channel, each with a user of its own and short-lived tokens. */
export class Room {
  readonly participants: readonly Participant[];
  /** By client. */
  readonly asked: readonly Asked[];
  private readonly ledger: Ledger;
  private said = 0;

  /** @param urls of its clients; the first one only listens, and defines the order for all */
  constructor(
    private readonly channel: string,
    urls: readonly string[],
    private readonly tokenLifeMs: number,
  ) {
    const now = () => performance.now();
    const ledger = new Ledger(now);
    this.ledger = ledger;
    this.asked = urls.map(() => ({ connect: 0, expiring: 0, rejected: 0 }));
    this.participants = urls.map((url, index) => {
      const way = new WebSocketWay({ url: `${url}?channel=${channel}`, token: this.tokensOf(index) });
      return new Participant(index, { talker: way, listener: way }, ledger, now);
    });
  }

  /** Resolves when all are connected. */
  async join(): Promise<void> {
    for (const participant of this.participants) participant.start();
    const areIn = () => this.participants.every(({ isConnected }) => isConnected);
    await until(areIn, performance.now() + TIMEOUT_MS, uninterrupted);
  }

  /** The next client publishes a message. */
  talk(): void {
    const talkers = this.participants.length - 1;
    this.participants[1 + (this.said++ % talkers)]?.talk();
  }

  /** Waits until every client has received everything, or what is missing is proved lost. */
  async verdict(): Promise<RoomVerdict> {
    const { ledger, participants } = this;
    await awaitStragglers(ledger, participants, TIMEOUT_MS, uninterrupted);
    const unacknowledged = ledger.said.length - ledger.count('acked');
    const stopped = participants.filter(({ hasStopped }) => hasStopped).length;
    return { ...judge(ledger.said, participants), unacknowledged, stopped };
  }

  async leave(): Promise<void> {
    await Promise.all(this.participants.map((participant) => participant.close()));
  }

  private tokensOf(index: number) {
    const rights = [{ match: this.channel, allow: ['subscribe', 'publish'] }] as const;
    return (why: keyof Asked) => {
      (this.asked[index] as Asked)[why]++;
      return signToken(`${this.channel}-${index}`, { rights, lifeMs: this.tokenLifeMs });
    };
  }
}
