import type { Position } from '@ws-hub/protocol';

/** Positions are opaque, so duplicates are found by remembering, not by comparing; the oldest is forgotten first. */
export class RecentIds {
  private readonly ids = new Set<Position>();

  constructor(private readonly limit: number) {}

  /** @returns false if it was added before */
  add(id: Position): boolean {
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > this.limit) this.ids.delete(this.ids.values().next().value as Position);
    return true;
  }
}
