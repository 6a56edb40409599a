import { Controller, Header, Req } from '@nestjs/common';
import { Clock, Hub, MessageLog } from '@ws-hub/hub';
import { VERSION } from '../version.js';
import { HttpCallers } from './http-callers.js';
import { HttpRequests } from './http-requests.js';
import { type PlatformRequest, rawRequestOf } from './platform.js';
import { Route } from './route.js';

const SECOND_MS = 1_000;

/** What operators need to know about this hub. */
@Controller()
export class InfoController {
  private readonly startedAtMs: number;

  constructor(
    private readonly callers: HttpCallers,
    private readonly requests: HttpRequests,
    private readonly hub: Hub,
    private readonly log: MessageLog,
    private readonly clock: Clock,
  ) {
    this.startedAtMs = clock.monotonicMs();
  }

  @Route('info')
  @Header('Cache-Control', 'no-store')
  info(@Req() request: PlatformRequest) {
    const caller = this.callers.callerOf(rawRequestOf(request));
    caller.mustBeAdmin();
    this.requests.count(caller);
    const { hub, log } = this;
    return {
      version: VERSION,
      connections: hub.size,
      channels: hub.inspection.channelCount,
      uptime_seconds: Math.floor((this.clock.monotonicMs() - this.startedAtMs) / SECOND_MS),
      draining: hub.isDraining,
      log: {
        ready: log.isReady,
        position: log.hasBegun ? log.textOf(log.head) : undefined,
        entries: log.size,
        bytes: log.bytes,
      },
    };
  }
}
