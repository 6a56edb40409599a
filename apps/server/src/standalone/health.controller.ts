import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { MessageLog } from '@ws-hub/hub';
import { HubService } from '@ws-hub/nestjs';
import { Caps } from '@ws-hub/nestjs/gateway';

/** For supervisors, load balancers and containers. */
@Controller()
export class HealthController {
  constructor(
    private readonly hub: HubService,
    private readonly caps: Caps,
    private readonly log: MessageLog,
  ) {}

  /** An answer says that the event loop turns, nothing more: who restarts on less makes an overload worse. */
  @Get('healthz')
  @Header('Cache-Control', 'no-store')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether newcomers are taken. @throws ServiceUnavailableException while draining, full, or without its log */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  ready(): { status: 'ready' } {
    if (this.hub.door.isDraining) throw new ServiceUnavailableException('draining');
    if (!this.log.isReady) throw new ServiceUnavailableException('the log cannot be reached');
    if (this.caps.full) throw new ServiceUnavailableException('full');
    return { status: 'ready' };
  }
}
