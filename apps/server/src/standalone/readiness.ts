import { Injectable } from '@nestjs/common';
import { MessageLog } from '@ws-hub/hub';
import { HubMetrics, HubService } from '@ws-hub/nestjs';
import { Caps } from '@ws-hub/nestjs/gateway';

/** Whether newcomers are taken, for `/readyz` and for `hub_ready` alike. */
@Injectable()
export class Readiness {
  constructor(
    private readonly hub: HubService,
    private readonly caps: Caps,
    private readonly log: MessageLog,
    metrics: HubMetrics,
  ) {
    watchReadiness(metrics.instruments, () => this.obstacle === undefined);
  }

  /** Why newcomers are not taken; undefined if they are. */
  get obstacle(): string | undefined {
    if (this.hub.door.isDraining) return 'draining';
    if (!this.log.isReady) return 'the log cannot be reached';
    return this.caps.full ? 'full' : undefined;
  }
}

/** What Prometheus is told of it: an application with a hub inside has a readiness of its own. */
export function watchReadiness(instruments: HubMetrics['instruments'], isReady: () => boolean): void {
  const ready = 'Whether newcomers are taken, as /readyz says.';
  instruments.momentary('hub_ready', ready, () => (isReady() ? 1 : 0));
}
