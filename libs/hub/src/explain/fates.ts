import { FATES, type Fate, type Said, type Verdict } from './fate.js';
import type { Recorded, Recorder } from './recorder.js';

/** Maximum number of fates that one hub reports; further ones are counted. */
export const MAX_FATES = 100;

/** A connection, and what happened to the message for it. */
export interface ToldFate {
  readonly recorded: Recorded;
  readonly verdict: Verdict;
}

/** Collects the fates of a message in bounded memory. Those that operators look for first are kept. */
export class Fates {
  private readonly byFate = new Map<Fate, ToldFate[]>(FATES.map((fate) => [fate, []]));
  /** The total number. */
  total = 0;

  /** @param clientId whose fates are collected; by default those of all clients that the message concerned */
  constructor(
    private readonly recorder: Recorder,
    private readonly said: Said,
    private readonly clientId?: string,
  ) {}

  add(recorded: Recorded): void {
    const verdict = this.recorder.verdict(this.said, recorded);
    if (this.clientId === undefined && !isConcerned(verdict)) return;
    this.total++;
    const alike = this.byFate.get(verdict.fate);
    if (alike !== undefined && alike.length < MAX_FATES) alike.push({ recorded, verdict });
  }

  /** At most `MAX_FATES`, in the order of `FATES`. */
  told(): ToldFate[] {
    return [...this.byFate.values()].flat().slice(0, MAX_FATES);
  }
}

function isConcerned({ fate, wasAway }: Verdict): boolean {
  return wasAway !== true && fate !== 'not_subscribed';
}
