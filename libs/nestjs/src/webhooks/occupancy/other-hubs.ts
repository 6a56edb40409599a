import type { Report } from './occupancy-report.js';

/** A hub without a sign of life for this time is considered gone. */
export const SILENCE_MS = 15_000;
/** Minimum time between two requests to the same hub. */
const ASK_MS = 1_000;

interface OtherHub {
  channels: Set<string>;
  /** The number of the last change in `channels`; undefined before the full list has arrived. */
  seq: number | undefined;
  /** The part of the full list that has arrived. */
  incoming: Set<string> | undefined;
  heardMs: number;
  askedMs: number;
}

export interface OtherHubsHooks {
  /** The channel may have become occupied or vacant. */
  changed(channel: string): void;
  /** Requests the full list of a hub. */
  ask(hub: string): void;
}

/** The occupied channels of the other hubs, as they report them. */
export class OtherHubs {
  private readonly hubs = new Map<string, OtherHub>();
  /** On how many hubs each channel is occupied. */
  private readonly counts = new Map<string, number>();

  constructor(private readonly hooks: OtherHubsHooks) {}

  isOccupied(channel: string): boolean {
    return this.counts.has(channel);
  }

  /** @param nowMs monotonic time */
  heard(report: Report, nowMs: number): void {
    const { hub: name, seq, isGone } = report;
    if (isGone) {
      this.remove(name);
      return;
    }
    const hub = this.hubs.get(name) ?? this.begin(name);
    hub.heardMs = nowMs;
    if (report.all !== undefined) this.takeAll(hub, report);
    else if (isNext(hub, report)) this.takeChange(hub, report);
    else if (hub.seq !== seq || report.on !== undefined) this.ask(name, hub, nowMs);
  }

  /** Forgets hubs that have been silent for too long. */
  forgetSilent(nowMs: number): void {
    for (const [name, { heardMs }] of this.hubs) if (nowMs - heardMs >= SILENCE_MS) this.remove(name);
  }

  private begin(name: string): OtherHub {
    const hub: OtherHub = {
      ...{ channels: new Set<string>(), seq: undefined, incoming: undefined },
      ...{ heardMs: 0, askedMs: Number.NEGATIVE_INFINITY },
    };
    this.hubs.set(name, hub);
    return hub;
  }

  private remove(name: string): void {
    const hub = this.hubs.get(name);
    if (hub === undefined) return;
    this.hubs.delete(name);
    for (const channel of hub.channels) this.count(channel, -1);
  }

  private ask(name: string, hub: OtherHub, nowMs: number): void {
    hub.seq = hub.incoming = undefined;
    if (nowMs - hub.askedMs < ASK_MS) return;
    hub.askedMs = nowMs;
    this.hooks.ask(name);
  }

  private takeChange(hub: OtherHub, { seq, on = [], off = [] }: Report): void {
    hub.seq = seq;
    for (const channel of on) this.set(hub, channel, true);
    for (const channel of off) this.set(hub, channel, false);
  }

  private takeAll(hub: OtherHub, { seq, on = [], all }: Report): void {
    if (all?.isFirst) hub.incoming = new Set();
    // Its beginning was lost. The next sign of life shows that something is missing.
    if (hub.incoming === undefined) return;
    for (const channel of on) hub.incoming.add(channel);
    if (!all?.isLast) return;
    const { incoming } = hub;
    hub.incoming = undefined;
    hub.seq = seq;
    for (const channel of [...hub.channels]) if (!incoming.has(channel)) this.set(hub, channel, false);
    for (const channel of incoming) this.set(hub, channel, true);
  }

  private set(hub: OtherHub, channel: string, isOccupied: boolean): void {
    if (hub.channels.has(channel) === isOccupied) return;
    if (isOccupied) hub.channels.add(channel);
    else hub.channels.delete(channel);
    this.count(channel, isOccupied ? 1 : -1);
  }

  private count(channel: string, change: 1 | -1): void {
    const count = (this.counts.get(channel) ?? 0) + change;
    if (count > 0) this.counts.set(channel, count);
    else this.counts.delete(channel);
    this.hooks.changed(channel);
  }
}

/** Whether it is the change that follows the last one. */
function isNext({ seq, incoming }: OtherHub, report: Report): boolean {
  return seq !== undefined && incoming === undefined && report.on !== undefined && report.seq === seq + 1;
}
