import type { Report } from './occupancy-report.js';

/** A hub that was not heard of for so long is gone. */
export const SILENCE_MS = 15_000;
/** The same hub is not asked more often. */
const ASK_MS = 1_000;

interface OtherHub {
  channels: Set<string>;
  /** Of the last change that is in `channels`; undefined before all of them were told. */
  seq: number | undefined;
  /** What was told so far of all. */
  incoming: Set<string> | undefined;
  heardMs: number;
  askedMs: number;
}

export interface OtherHubsHooks {
  /** It may be occupied by now, or vacant. */
  changed(channel: string): void;
  /** Asks a hub for all its channels. */
  ask(hub: string): void;
}

/** What is heard on the other hubs, as they tell it. */
export class OtherHubs {
  private readonly hubs = new Map<string, OtherHub>();
  /** On how many hubs each channel is heard. */
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

  /** Those that were not heard of for too long are gone. */
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
    // Its beginning was lost: the next sign of life shows that something is missing.
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

/** Whether it is a change that follows on the last one. */
function isNext({ seq, incoming }: OtherHub, report: Report): boolean {
  return seq !== undefined && incoming === undefined && report.on !== undefined && report.seq === seq + 1;
}
