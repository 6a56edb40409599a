import { type Answer, isProblem } from './http-socket.js';

/** How often each status occurred; 0 stands for a connection that ended without a response. */
export class Statuses {
  private readonly counts = new Map<number, number>();

  add(answer: Answer | undefined): void {
    const status = answer?.status ?? 0;
    this.counts.set(status, (this.counts.get(status) ?? 0) + 1);
  }

  of(status: number): number {
    return this.counts.get(status) ?? 0;
  }

  get sum(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The statuses besides these, in words. */
  besides(...allowed: readonly number[]): string[] {
    const others = [...this.counts].filter(([status]) => !allowed.includes(status));
    return others.map(([status, count]) => `${count} requests ended with ${status || 'no answer'}`);
  }

  toString(): string {
    const counts = [...this.counts].sort(([a], [b]) => a - b);
    return counts.map(([status, count]) => `${count} × ${status || 'cut off'}`).join(', ');
  }
}

/** What is wrong with a response that must be a problem with one of these statuses, in words; empty if nothing is. */
export function faultsOf(what: string, answer: Answer | undefined, ...statuses: readonly number[]): string[] {
  if (answer === undefined) return [`${what}: no answer`];
  const { status, type } = answer;
  if (!statuses.includes(status)) return [`${what}: ${status} in place of ${statuses.join(' or ')}`];
  return isProblem(answer) ? [] : [`${what}: ${status} as ${type}, which is no problem`];
}
