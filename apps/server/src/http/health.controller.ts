import { Controller, Get, Header } from '@nestjs/common';

/** Liveness for supervisors and containers: an answer says that the event loop turns, nothing more. */
@Controller('healthz')
export class HealthController {
  @Get()
  @Header('Cache-Control', 'no-store')
  check(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
