import type { ServerResponse } from 'node:http';
import { Controller, Req, Res, UseFilters } from '@nestjs/common';
import { type PlatformRequest, rawRequestOf, rawResponseOf } from '../http/platform.js';
import { Route } from '../http/route.js';
import { SseGateway } from './sse.gateway.js';
import { StreamFilter } from './stream.filter.js';

/** `GET /v1/events`: a stream of events. Once it has begun, the framework is no longer involved. */
@Controller()
export class EventsController {
  constructor(private readonly gateway: SseGateway) {}

  @UseFilters(StreamFilter)
  @Route('events')
  listen(@Req() request: PlatformRequest, @Res() response: { raw?: ServerResponse; hijack?(): void }): void {
    const raw = rawRequestOf(request);
    const asked = this.gateway.admit(raw);
    response.hijack?.();
    this.gateway.open(raw, rawResponseOf(response), asked);
  }
}
