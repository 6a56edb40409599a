import { Body, Controller, Param, Post, UseFilters } from '@nestjs/common';
import { HubService, type Published } from '@ws-hub/nestjs';
import { HubApiFilter } from './hub-api.filter.js';

interface Message {
  readonly content: string;
  /** Whoever sends a message again after an error gives it the key that it had: it is stored once. */
  readonly key?: string;
}

/** A way into the rooms for those that have no WebSocket. */
@Controller('rooms')
@UseFilters(HubApiFilter)
export class RoomsController {
  constructor(private readonly hub: HubService) {}

  @Post(':room')
  publish(@Param('room') room: string, @Body() { content, key }: Message): Promise<Published> {
    return this.hub.publish(`room.${room}`, content, { key });
  }
}
