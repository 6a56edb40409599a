import { Injectable } from '@nestjs/common';
import { MessageLog } from '@ws-hub/hub';
import { HubMetrics, HubService } from '@ws-hub/nestjs';
import { Caps } from '@ws-hub/nestjs/gateway';

/** Whether new connections are accepted, for `/readyz` and `hub_ready`. */
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

  /** Why new connections are not accepted; undefined if they are. */
  get obstacle(): string | undefined {
    if (this.hub.door.isDraining) return 'draining';
    if (!this.log.isReady) return 'the log cannot be reached';
    return this.caps.full ? 'full' : undefined;
  }
}

/** The metric of readiness; an application that embeds a hub has its own readiness. */
export function watchReadiness(instruments: HubMetrics['instruments'], isReady: () => boolean): void {
  const ready = 'Whether new connections are accepted, as in /readyz.';
  instruments.momentary('hub_ready', ready, () => (isReady() ? 1 : 0));
}
