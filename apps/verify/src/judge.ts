import type { Said } from './ledger.js';
import type { Hearing } from './participant.js';

/** How the promise was kept. */
export interface Verdict {
  delivered: number;
  /** Acknowledged and provably lost: the client that misses it has received a later message, and no gap excuses it. */
  lost: number;
  /** Acknowledged and not received, perhaps because it has not arrived yet. */
  outstanding: number;
  /** Missed by a client that was told of a gap. */
  excused: number;
  duplicate: number;
  /** Received after a message that comes later in the order of the others. */
  outOfOrder: number;
  /** Received by its sender, on the connection that published it. */
  echoed: number;
}

/** A stretch of the order, without its ends. */
interface Gap {
  readonly after: number;
  readonly before: number;
}

/** A message that a client should have received and has not. */
interface Miss {
  readonly sender: number;
  readonly kind: 'lost' | 'outstanding' | 'excused';
}

/** The position of each message in the order. */
type Ranks = ReadonlyMap<number, number>;

/**
 * Compares what each client received with what was published. The first client is undisturbed, so what it received is
 * the order that all others are compared with.
 */
export function judge(said: readonly Said[], hearings: readonly Hearing[]): Verdict {
  const verdict = {
    delivered: 0,
    lost: 0,
    outstanding: 0,
    excused: 0,
    duplicate: 0,
    outOfOrder: 0,
    echoed: 0,
  };
  const ranks = ranksOf(hearings);
  for (const [index, hearing] of hearings.entries()) {
    const distinct = new Set(hearing.heard);
    verdict.delivered += distinct.size;
    verdict.duplicate += hearing.heard.length - distinct.size;
    verdict.outOfOrder += countOutOfOrder(hearing, ranks);
    if (hearing.hearsItself) continue;
    for (const number of distinct) if (said[number]?.sender === index) verdict.echoed++;
  }
  for (const { kind } of misses(said, hearings, ranks)) verdict[kind]++;
  return verdict;
}

/** The senders of messages that are outstanding somewhere. */
export function sendersOutstanding(said: readonly Said[], hearings: readonly Hearing[]): ReadonlySet<number> {
  const senders = new Set<number>();
  for (const { sender, kind } of misses(said, hearings, ranksOf(hearings)))
    if (kind === 'outstanding') senders.add(sender);
  return senders;
}

function ranksOf([first]: readonly Hearing[]): Ranks {
  return new Map(first?.heard.map((number, rank) => [number, rank]));
}

function countOutOfOrder({ heard }: Hearing, ranks: Ranks): number {
  let last = -1;
  let count = 0;
  for (const number of heard) {
    const rank = ranks.get(number) ?? last;
    if (rank < last) count++;
    last = Math.max(rank, last);
  }
  return count;
}

function* misses(said: readonly Said[], hearings: readonly Hearing[], ranks: Ranks): Generator<Miss> {
  for (const [index, hearing] of hearings.entries()) {
    const has = new Set(hearing.heard);
    const gaps = gapsOf(hearing, ranks);
    const newest = newestOf(hearing, ranks);
    for (const [number, { sender, fate }] of said.entries()) {
      const isOwn = sender === index && !hearing.hearsItself;
      if (isOwn || fate !== 'acked' || has.has(number)) continue;
      const rank = ranks.get(number);
      const isPast = hearing.fences.has(sender) || (rank !== undefined && rank < newest);
      yield { sender, kind: isExcused(rank, gaps) ? 'excused' : isPast ? 'lost' : 'outstanding' };
    }
  }
}

function newestOf({ heard }: Hearing, ranks: Ranks): number {
  let newest = -1;
  for (const number of heard) newest = Math.max(newest, ranks.get(number) ?? -1);
  return newest;
}

function gapsOf({ heard, gaps }: Hearing, ranks: Ranks): Gap[] {
  return gaps.map((at) => ({
    after: ranks.get(heard[at - 1] ?? -1) ?? -1,
    before: ranks.get(heard[at] ?? -1) ?? Number.POSITIVE_INFINITY,
  }));
}

/** The position of a message that the first client also missed is unknown; any gap then excuses it. */
function isExcused(rank: number | undefined, gaps: readonly Gap[]): boolean {
  if (rank === undefined) return gaps.length > 0;
  return gaps.some(({ after, before }) => rank > after && rank < before);
}
