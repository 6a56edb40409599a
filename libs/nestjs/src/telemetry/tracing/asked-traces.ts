import type { Clock } from '@ws-hub/hub';

const WINDOW_MS = 1_000;
/** Traces a second that one client may have recorded by asking for it. */
export const MAX_OF_CLIENT = 100;
/** Traces a second of all clients: each has three spans or more, which the SDK makes, keeps and sends. */
export const MAX_OF_ALL = 500;

/**
 * Bounds the traces that are recorded because their clients say so: the flag in a traceparent overrules the sampler of the
 * hub, and costs its operator CPU and storage. One that is too many is not recorded; its message goes its way.
 */
export class AskedTraces {
  /** Has at most `MAX_OF_ALL` names. */
  private readonly byClient = new Map<string, number>();
  private count = 0;
  private startMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /** Counts a trace. @returns false if it is one too many */
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
