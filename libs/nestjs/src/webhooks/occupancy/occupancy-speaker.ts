import type { Notice } from '@ws-hub/hub';
import { pagesOf, partsOf, type Report, reportNotice } from './occupancy-report.js';
import type { OccupancyChange } from './own-channels.js';

/** How often a hub sends a sign of life. */
export const SIGN_MS = 5_000;

/**
 * Reports the occupied channels of this hub to the others. They detect a lost report by its number, and ask for the
 * full list.
 */
export class OccupancySpeaker {
  private seq = 0;
  private spokeMs = Number.NEGATIVE_INFINITY;

  /** @param post must not throw, and must keep the order */
  constructor(
    private readonly hub: string,
    private readonly post: (notice: Notice) => void,
  ) {}

  /** @param nowMs monotonic time */
  changed(change: OccupancyChange, nowMs: number): void {
    for (const part of partsOf(change)) this.say({ hub: this.hub, seq: ++this.seq, ...part }, nowMs);
    if (nowMs - this.spokeMs >= SIGN_MS) this.say({ hub: this.hub, seq: this.seq }, nowMs);
  }

  all(channels: Iterable<string>, nowMs: number): void {
    const pages = pagesOf(channels);
    for (const [at, on] of pages.entries()) {
      const all = { isFirst: at === 0, isLast: at === pages.length - 1 };
      this.say({ hub: this.hub, seq: this.seq, on, all }, nowMs);
    }
  }

  gone(nowMs: number): void {
    this.say({ hub: this.hub, seq: this.seq, isGone: true }, nowMs);
  }

  private say(report: Report, nowMs: number): void {
    this.spokeMs = nowMs;
    this.post(reportNotice(report));
  }
}
