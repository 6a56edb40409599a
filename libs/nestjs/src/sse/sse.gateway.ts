import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Connection, Hub } from '@ws-hub/hub';
import { CLOSE } from '@ws-hub/protocol';
import type { Refusal } from '../gateway/admission.js';
import { Caps } from '../gateway/caps.js';
import { newClientId } from '../gateway/client-id.js';
import { Doorkeeper } from '../gateway/doorkeeper.js';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { RefusalCounter } from '../gateway/refusal-counter.js';
import { ACCESS_PROBLEMS, HubSocketServer } from '../gateway/upgrade.js';
import type { HttpCaller } from '../http/http-caller.js';
import { HttpCallers } from '../http/http-callers.js';
import { HttpRequests } from '../http/http-requests.js';
import { Problem } from '../http/problem.js';
import { HubService } from '../hub.service.js';
import { HubMetrics } from '../telemetry/hub-metrics.js';
import { KeyedStreams } from './keyed-streams.js';
import { ProvenPositions } from './proven-positions.js';
import { sseEncoder } from './sse.encoder.js';
import { farewell, SseListener } from './sse-listener.js';
import { readSseRequest, type SseRequest } from './sse-request.js';
import { SseTransport, type StreamResponse } from './sse-transport.js';

/** Options of streams. */
export interface SseOptions {
  readonly maxChannelsPerConnection: number;
  readonly closeTimeoutMs: number;
}

/** A request that may become a stream. */
export interface AdmittedStream extends SseRequest {
  readonly caller: HttpCaller;
}

/** Turns a request for a stream of events into a connection of the hub. */
@Injectable()
export class SseGateway {
  private readonly hub: Hub;

  constructor(
    { door }: HubService,
    @Inject(GATEWAY_OPTIONS) private readonly options: SseOptions,
    private readonly doorkeeper: Doorkeeper,
    private readonly callers: HttpCallers,
    private readonly requests: HttpRequests,
    private readonly caps: Caps,
    private readonly sockets: HubSocketServer,
    private readonly refusals: RefusalCounter,
    private readonly metrics: HubMetrics,
    private readonly positions: ProvenPositions,
    private readonly keyed: KeyedStreams,
  ) {
    this.hub = door;
  }

  /**
   * @param request one whose credentials are verified
   * @throws Problem 400, 401, 403, 405, 429, 503
   */
  admit(request: IncomingMessage): AdmittedStream {
    const caller = this.callers.callerOf(request);
    this.callers.mustStillCount(caller);
    const { remoteAddress } = caller;
    this.check(request, this.doorkeeper.handshake(remoteAddress));
    const asked = readSseRequest(request, this.options.maxChannelsPerConnection);
    if ('status' in asked) throw this.refused(request, asked);
    this.check(request, this.doorkeeper.room(remoteAddress) ?? this.problemOf(caller));
    this.allow(request, caller, asked);
    return { ...asked, caller };
  }

  /** Takes over an unwritten response, in the turn in which its request was admitted. */
  open(request: IncomingMessage, response: StreamResponse, asked: AdmittedStream): void {
    const transport = SseTransport.open(response, farewell, this.options.closeTimeoutMs);
    if (transport.isGone) return;
    const connection = this.join(transport, asked);
    this.sockets.onTaken(request.socket);
    this.metrics.connects.inc({ result: 'accepted' });
    this.hub.guard.run(
      'stream',
      () => this.listen(connection, asked),
      () => connection.close(CLOSE.internalError, 'internal error'),
    );
  }

  /** From here on the end of the transport undoes the steps before. */
  private join(transport: SseTransport, { caller, channels }: AdmittedStream): Connection {
    const { access, remoteAddress, keyId } = caller;
    const mayReplay = channels.every((channel) => caller.may('history', channel));
    const encoder = mayReplay ? sseEncoder : this.positions.encoder;
    const [channel = ''] = channels;
    // With its own client id: it also receives what its user sends through other clients.
    const member = { clientId: newClientId(), encoder, channel, remoteAddress, access };
    const connection = this.hub.join(transport, member);
    connection.receiver = new SseListener(this.hub, encoder);
    this.caps.add(remoteAddress);
    this.keyed.add(connection, keyId);
    transport.onEnd((code, reason) => {
      this.caps.remove(remoteAddress);
      this.keyed.remove(connection, keyId);
      this.hub.guard.run('leave', () => this.hub.leave(connection, code, reason));
    });
    return connection;
  }

  private listen(connection: Connection, { channels, lastId }: AdmittedStream): void {
    const { clientId } = connection;
    const resume = lastId === undefined ? undefined : this.positions.read(lastId);
    const listener = connection.receiver as SseListener;
    this.hub.listen(connection, { clientId, channels: new Set(channels), ...resume }, (greeting) =>
      listener.welcome(connection, greeting),
    );
  }

  private problemOf({ access }: HttpCaller): Refusal | undefined {
    const problem = access && this.hub.problemOf(access);
    return problem && ACCESS_PROBLEMS[problem];
  }

  /** @throws Problem 403 naming the channels that the caller may not subscribe to */
  private allow(request: IncomingMessage, caller: HttpCaller, { channels }: SseRequest): void {
    try {
      this.requests.allow(caller, 'subscribe', channels);
    } catch (error) {
      if (error instanceof Problem)
        this.refusals.refused(request, { status: 403, reason: 'unauthorized', message: error.message });
      throw error;
    }
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
}
