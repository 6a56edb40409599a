import type { Said } from './ledger.js';
import type { Hearing } from './participant.js';

/** How the promise was kept. */
export interface Verdict {
  delivered: number;
  /** Acknowledged, and not heard by somebody whom no gap excuses. */
  lost: number;
  /** Missed by somebody who was told of a gap. */
  excused: number;
  duplicate: number;
  /** Heard after something that came later in the order of the others. */
  outOfOrder: number;
  /** Heard by the one who said it. */
  echoed: number;
}

/** A stretch of the order, both ends left out. */
interface Gap {
  readonly after: number;
  readonly before: number;
}

/**
 * Holds what each client heard against what was said. The first one listens undisturbed, so what it heard is the
 * order that all others are measured by.
 */
export function judge(said: readonly Said[], hearings: readonly Hearing[]): Verdict {
  const verdict = { delivered: 0, lost: 0, excused: 0, duplicate: 0, outOfOrder: 0, echoed: 0 };
  const ranks = new Map(hearings[0]?.heard.map((number, rank) => [number, rank]));
  for (const [index, hearing] of hearings.entries()) {
    judgeOrder(hearing, ranks, verdict);
    judgeWhole(said, index, hearing, ranks, verdict);
  }
  return verdict;
}

function judgeOrder({ heard }: Hearing, ranks: Ranks, verdict: Verdict): void {
  let last = -1;
  for (const number of heard) {
    const rank = ranks.get(number) ?? last;
    if (rank < last) verdict.outOfOrder++;
    last = Math.max(rank, last);
  }
}

function judgeWhole(
  said: readonly Said[],
  index: number,
  { heard, gaps }: Hearing,
  ranks: Ranks,
  verdict: Verdict,
): void {
  const has = new Set(heard);
  const holes = gaps.map((at) => ({
    after: ranks.get(heard[at - 1] ?? -1) ?? -1,
    before: ranks.get(heard[at] ?? -1) ?? Number.POSITIVE_INFINITY,
  }));
  verdict.delivered += has.size;
  verdict.duplicate += heard.length - has.size;
  for (const [number, { sender, fate }] of said.entries()) {
    if (sender === index) verdict.echoed += has.has(number) ? 1 : 0;
    else if (fate === 'acked' && !has.has(number)) {
      if (isExcused(ranks.get(number), holes)) verdict.excused++;
      else verdict.lost++;
    }
  }
}

type Ranks = ReadonlyMap<number, number>;

/** Where a message stood that the first client missed too, nobody can tell; a gap is taken for the reason then. */
function isExcused(rank: number | undefined, gaps: readonly Gap[]): boolean {
  if (rank === undefined) return gaps.length > 0;
  return gaps.some(({ after, before }) => rank > after && rank < before);
}
