import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { Caps } from '../gateway/caps.js';
import { HubService } from '../hub/hub.service.js';

/** For supervisors, load balancers and containers. */
@Controller()
export class HealthController {
  constructor(
    private readonly hub: HubService,
    private readonly caps: Caps,
  ) {}

  /** An answer says that the event loop turns, nothing more: who restarts on less makes an overload worse. */
  @Get('healthz')
  @Header('Cache-Control', 'no-store')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether newcomers are taken. @throws ServiceUnavailableException while draining, or if the hub is full */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  ready(): { status: 'ready' } {
    if (this.hub.isDraining) throw new ServiceUnavailableException('draining');
    if (this.caps.full) throw new ServiceUnavailableException('full');
    return { status: 'ready' };
  }
}
