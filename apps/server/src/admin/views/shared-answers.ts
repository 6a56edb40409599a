import type { Clock } from '@ws-hub/hub';

/** How long an answer is shared by equal requests. */
export const SHARED_MS = 2_000;
/** The number of distinct requests kept; above it, the oldest is computed again. */
export const MAX_KEPT = 100;

interface Kept<Answer> {
  readonly answer: Promise<Answer>;
  readonly forgetting: NodeJS.Timeout;
  readonly madeMs: number;
}

/** Expensive answers are computed once, and shared by all equal requests within two seconds. */
export class SharedAnswers<Answer> {
  private readonly kept = new Map<string, Kept<Answer>>();

  constructor(private readonly clock: Clock) {}

  /** @param make what fails is not kept */
  get(question: string, make: () => Promise<Answer>): Promise<Answer> {
    const known = this.kept.get(question);
    if (known !== undefined && this.clock.monotonicMs() - known.madeMs < SHARED_MS) return known.answer;
    this.forget(question);
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MAX_KEPT && oldest !== undefined) this.forget(oldest);
    return this.keep(question, make());
  }

  private keep(question: string, answer: Promise<Answer>): Promise<Answer> {
    const madeMs = this.clock.monotonicMs();
    // An answer that is not shared again is not kept: it may be long.
    const forgetting = setTimeout(() => this.forget(question), SHARED_MS).unref();
    const kept = { answer, forgetting, madeMs };
    this.kept.set(question, kept);
    answer.catch(() => {
      if (this.kept.get(question) === kept) this.forget(question);
    });
    return answer;
  }

  private forget(question: string): void {
    clearTimeout(this.kept.get(question)?.forgetting);
    this.kept.delete(question);
  }
}
