import type { Clock } from '@ws-hub/hub';

const WINDOW_MS = 1_000;
/** Maximum traces per second that one client can have recorded. */
export const MAX_OF_CLIENT = 100;
/**
 * Maximum traces per second for all clients. Each trace has three spans or more, which the SDK creates, keeps and
 * sends.
 */
export const MAX_OF_ALL = 500;

/**
 * Limits the traces that are recorded because clients request it: the flag in a traceparent overrides the hub's
 * sampler, and costs the operator CPU and storage. A trace over the limit is not recorded; its message is delivered as
 * usual.
 */
export class AskedTraces {
  /** At most `MAX_OF_ALL` entries. */
  private readonly byClient = new Map<string, number>();
  private count = 0;
  private startMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /** Counts a trace. @returns false if it is over the limit */
  allow(clientId: string): boolean {
    this.turnWindow();
    const own = this.byClient.get(clientId) ?? 0;
    if (own >= MAX_OF_CLIENT || this.count >= MAX_OF_ALL) return false;
    this.byClient.set(clientId, own + 1);
    this.count++;
    return true;
  }

  private turnWindow(): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.startMs < WINDOW_MS) return;
    this.startMs = nowMs;
    this.count = 0;
    this.byClient.clear();
  }
}
