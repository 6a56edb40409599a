import type { IncomingMessage } from 'node:http';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { HTTP_PATH } from '../http/http-options.js';
import { SseGateway } from './sse.gateway.js';
import type { StreamResponse } from './sse-transport.js';

/** A request or answer of Fastify has Node's own inside; those of Express are Node's own. */
interface Framed<Raw> {
  readonly raw?: Raw;
}

type FramedResponse = StreamResponse & Framed<StreamResponse> & { hijack?(): void };

/** `GET /v1/events`: a stream of events, which the framework has nothing to do with any more. */
@Controller(HTTP_PATH)
export class EventsController {
  constructor(private readonly gateway: SseGateway) {}

  @Get('events')
  async listen(
    @Req() request: IncomingMessage & Framed<IncomingMessage>,
    @Res() response: FramedResponse,
  ): Promise<void> {
    response.hijack?.();
    await this.gateway.stream(request.raw ?? request, response.raw ?? response);
  }
}
