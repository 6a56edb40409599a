import { Controller, Get, Header, ServiceUnavailableException } from '@nestjs/common';
import { Readiness } from './readiness.js';

/** For supervisors, load balancers and containers. */
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** An answer says only that the event loop turns. Restarting on anything less makes an overload worse. */
  @Get('healthz')
  @Header('Cache-Control', 'no-store')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Whether new connections are accepted. @throws ServiceUnavailableException while draining, full, or without its log */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  ready(): { status: 'ready' } {
    const { obstacle } = this.readiness;
    if (obstacle !== undefined) throw new ServiceUnavailableException(obstacle);
    return { status: 'ready' };
  }
}
