import { Controller, Delete, Get, Param, Query, UseFilters, UseGuards } from '@nestjs/common';
import { type HubConnections, HubService, type StoredMessage } from '@ws-hub/nestjs';
import { HubApiFilter } from './hub-api.filter.js';
import { OperatorGuard } from './operator.guard.js';

/** What operators see of the hub, and do to it. */
@Controller()
@UseGuards(OperatorGuard)
@UseFilters(HubApiFilter)
export class HubController {
  constructor(private readonly hub: HubService) {}

  /** The newest messages of a channel, or those after the id `since`. */
  @Get('channels/:channel/history')
  history(@Param('channel') channel: string, @Query('since') since?: string): Promise<StoredMessage[]> {
    return this.hub.history(channel, { since });
  }

  @Get('connections')
  connections(): HubConnections {
    return this.hub.connections();
  }

  /** Disconnects a client. It may reconnect as long as its token is valid, so revoke the token first. */
  @Delete('clients/:clientId/connections')
  disconnect(@Param('clientId') clientId: string): { closed: number } {
    return { closed: this.hub.disconnect(clientId, { code: 4403, reason: 'disconnected by an operator' }) };
  }
}
