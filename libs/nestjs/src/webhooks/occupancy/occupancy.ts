import { randomUUID } from 'node:crypto';
import type { Clock, Hub, MessageLog, Notice } from '@ws-hub/hub';
import { ASK_TOPIC, askNotice, isAsked, REPORT_TOPIC, readReport } from './occupancy-report.js';
import { OccupancySpeaker } from './occupancy-speaker.js';
import { OtherHubs } from './other-hubs.js';
import { OwnChannels } from './own-channels.js';

export interface OccupancyParts {
  readonly hub: Pick<Hub, 'inspection' | 'onNotice' | 'events'>;
  readonly log: Pick<MessageLog, 'post'>;
  readonly clock: Clock;
  /** Whether other hubs share the log, and need reports from this one. */
  readonly isShared: boolean;
  isWanted(channel: string): boolean;
  /** More channels are occupied than are tracked. */
  full(watched: number): void;
}

/** Maximum number of reports in flight. It leaves room in the log for other notices, such as revocations. */
const MAX_POSTING = 4_000;

/** Which channels are occupied: on this hub and, while there are followers, on all others. */
export class Occupancy {
  private readonly id = randomUUID();
  private readonly own: OwnChannels;
  private readonly speaker: OccupancySpeaker;
  private posting = 0;
  private others: OtherHubs | undefined;
  private changed: (channel: string) => void = () => undefined;

  constructor(private readonly parts: OccupancyParts) {
    const { hub, isWanted, full, isShared } = parts;
    this.own = new OwnChannels(hub.inspection, isWanted, full);
    this.speaker = new OccupancySpeaker(this.id, (notice) => this.post(notice));
    hub.events.attach({
      channelOccupied: (channel) => this.own.channelOccupied(channel),
      channelVacated: (channel) => this.own.channelVacated(channel),
    });
    if (!isShared) return;
    hub.onNotice(REPORT_TOPIC, (notice) => this.heardReport(notice));
    hub.onNotice(ASK_TOPIC, (notice) => this.heardAsk(notice));
  }

  /** @param changed called for each channel that may have become occupied or vacant, first of all for the occupied ones */
  follow(changed: (channel: string) => void): void {
    this.changed = changed;
    for (const channel of this.own.known) changed(channel);
    if (!this.parts.isShared) return;
    this.others = new OtherHubs({ changed, ask: (hub) => this.post(askNotice(hub)) });
    this.post(askNotice(undefined));
  }

  unfollow(): void {
    this.changed = () => undefined;
    this.others = undefined;
  }

  /** Whether the channel has subscribers. */
  isOccupied(channel: string): boolean {
    return this.own.known.has(channel) || this.others?.isOccupied(channel) === true;
  }

  /** Detects changes on this hub, and reports them to the others. */
  look(): void {
    const change = this.own.look();
    const nowMs = this.parts.clock.monotonicMs();
    if (this.parts.isShared) this.speaker.changed(change, nowMs);
    for (const channel of [...change.on, ...change.off]) this.changed(channel);
    this.others?.forgetSilent(nowMs);
  }

  /** This hub no longer has subscribers. */
  end(): void {
    if (this.parts.isShared) this.speaker.gone(this.parts.clock.monotonicMs());
  }

  private heardReport(notice: Notice): void {
    if (this.others === undefined) return;
    const report = readReport(notice);
    if (report.hub !== this.id) this.others.heard(report, this.parts.clock.monotonicMs());
  }

  private heardAsk(notice: Notice): void {
    if (isAsked(notice, this.id)) this.speaker.all(this.own.known, this.parts.clock.monotonicMs());
  }

  /** The others detect a failed post by the number of the next report, and ask for the full list. */
  private post(notice: Notice): void {
    if (this.posting >= MAX_POSTING) return;
    this.posting++;
    this.parts.log
      .post(notice)
      .catch(() => {
        // The log reports its own outage.
      })
      .finally(() => {
        this.posting--;
      });
  }
}
