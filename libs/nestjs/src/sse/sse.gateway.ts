import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Connection, Hub } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import type { Refusal } from '../gateway/admission.js';
import { Caps } from '../gateway/caps.js';
import { Doorkeeper } from '../gateway/doorkeeper.js';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { RefusalCounter } from '../gateway/refusal-counter.js';
import { ACCESS_PROBLEMS, HubSocketServer, newClientId } from '../gateway/upgrade.js';
import type { HttpCaller } from '../http/http-caller.js';
import { HttpCallers } from '../http/http-callers.js';
import { Problem } from '../http/problem.js';
import { HubService } from '../hub.service.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import { KeyedStreams } from './keyed-streams.js';
import { ProvenPositions } from './proven-positions.js';
import { refuseStream } from './refused-stream.js';
import { sseEncoder } from './sse.encoder.js';
import { farewell, SseListener } from './sse-listener.js';
import { readSseRequest, type SseRequest } from './sse-request.js';
import { SseTransport, type StreamResponse } from './sse-transport.js';
import { type CorsOptions, corsHeaders } from './stream-cors.js';

/** What a stream goes by. */
export interface SseOptions extends CorsOptions {
  readonly maxChannelsPerConnection: number;
  readonly closeTimeoutMs: number;
}

/** Makes a request for a stream of events a connection of the hub, or answers why not. */
@Injectable()
export class SseGateway {
  private readonly hub: Hub;

  constructor(
    { door }: HubService,
    @Inject(GATEWAY_OPTIONS) private readonly options: SseOptions,
    private readonly doorkeeper: Doorkeeper,
    private readonly callers: HttpCallers,
    private readonly caps: Caps,
    private readonly sockets: HubSocketServer,
    private readonly refusals: RefusalCounter,
    private readonly metrics: HubMetrics,
    private readonly positions: ProvenPositions,
    private readonly keyed: KeyedStreams,
  ) {
    this.hub = door;
  }

  /** Takes over a response to which nothing was written. Never throws. */
  async stream(request: IncomingMessage, response: StreamResponse): Promise<void> {
    try {
      await this.admit(request, response);
    } catch (error) {
      const problem = error instanceof Problem ? error : this.failed(error);
      refuseStream(request, response, problem, corsHeaders(request, this.options));
    }
  }

  private failed(error: unknown): Problem {
    this.hub.guard.failed('stream', error);
    return new Problem(500, 'internal error');
  }

  /** @throws Problem */
  private async admit(request: IncomingMessage, response: StreamResponse): Promise<void> {
    const address = this.callers.addressOf(request);
    this.check(request, this.doorkeeper.handshake(address));
    const asked = readSseRequest(request, this.options.maxChannelsPerConnection);
    if ('status' in asked) throw this.refused(request, asked);
    this.check(request, this.doorkeeper.room(address));
    const caller = await this.judge(request, asked);
    // Others have come meanwhile, or the hub has begun to drain. From here on all is done in one turn.
    this.check(request, this.doorkeeper.room(address) ?? this.problemOf(caller));
    this.open(request, response, caller, asked);
  }

  /** @throws Problem */
  private async judge(request: IncomingMessage, { channels }: SseRequest): Promise<HttpCaller> {
    try {
      const caller = await this.callers.judge(request, { query: true });
      caller.mustBeAllowed('subscribe', channels);
      return caller;
    } catch (error) {
      if (error instanceof Problem) this.count(request, error);
      throw error;
    }
  }

  private problemOf({ access }: HttpCaller): Refusal | undefined {
    const problem = access && this.hub.problemOf(access);
    return problem && ACCESS_PROBLEMS[problem];
  }

  private open(
    request: IncomingMessage,
    response: StreamResponse,
    caller: HttpCaller,
    asked: SseRequest,
  ): void {
    const { options } = this;
    const transport = SseTransport.open(
      response,
      corsHeaders(request, options),
      farewell,
      options.closeTimeoutMs,
    );
    if (transport.isGone) return;
    const connection = this.join(transport, caller, asked);
    this.sockets.onTaken(request.socket);
    this.metrics.connects.inc({ result: 'accepted' });
    this.hub.guard.run(
      'stream',
      () => this.listen(connection, asked),
      () => connection.close(CLOSE.internalError, 'internal error'),
    );
  }

  /** From here on the end of the transport takes back what was done. */
  private join(transport: SseTransport, caller: HttpCaller, { channels }: SseRequest): Connection {
    const { access, remoteAddress } = caller;
    const mayReplay = channels.every((channel) => caller.may('history', channel));
    const encoder = mayReplay ? sseEncoder : this.positions.encoder;
    const [channel = ''] = channels;
    // Its own name: what its user publishes with another client is not its own.
    const member = { clientId: newClientId(), encoder, channel, remoteAddress, access };
    const connection = this.hub.join(transport, member);
    connection.receiver = new SseListener(this.hub, encoder);
    this.caps.add(remoteAddress);
    this.keyed.add(connection, caller.keyId);
    transport.onEnd((code, reason) => {
      this.caps.remove(remoteAddress);
      this.keyed.remove(connection, caller.keyId);
      this.hub.guard.run('leave', () => this.hub.leave(connection, code, reason));
    });
    return connection;
  }

  private listen(connection: Connection, { channels, lastId }: SseRequest): void {
    const { clientId } = connection;
    const resume = lastId === undefined ? undefined : this.positions.read(lastId);
    const listener = connection.receiver as SseListener;
    this.hub.listen(connection, { clientId, channels: new Set(channels), ...resume }, (greeting) =>
      listener.welcome(connection, greeting),
    );
  }

  /** @throws Problem */
  private check(request: IncomingMessage, refusal: Refusal | undefined): void {
    if (refusal !== undefined) throw this.refused(request, refusal);
  }

  private refused(request: IncomingMessage, refusal: Refusal): Problem {
    this.refusals.refused(request, refusal);
    const { status, message, headers } = refusal;
    return new Problem(status, message, { headers });
  }

  /** Who it was is known to be refused, and not by which rule. */
  private count(request: IncomingMessage, { status, message }: Problem): void {
    const reason = status === 400 ? 'tokens' : status === 503 ? 'auth_failed' : 'unauthorized';
    this.refusals.refused(request, { status, message, reason });
  }
}
