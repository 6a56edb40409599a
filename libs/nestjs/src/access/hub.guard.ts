import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
} from '@nestjs/common';
import type { Access } from '@ws-hub/hub';
import type { Action } from '@ws-hub/protocol';
import type { Refusal } from '../gateway/admission.js';
import { Authorization, type Grant } from '../gateway/authorization.js';
import { ClientAddress } from '../gateway/client-address.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from '../gateway/gateway-options.js';
import { RefusalCounter } from '../gateway/refusal-counter.js';
import { requestTokenOf } from '../gateway/token-sources.js';
import { cookieFor } from '../http/http-credentials.js';
import { rawResponseOf } from '../http/platform.js';
import { HubService } from '../hub.service.js';

/** The sender of an HTTP request, as the hub sees its clients. */
export interface HubCaller {
  /** Undefined for an anonymous caller. */
  readonly user: string | undefined;
  /** Whether a client with the same token may perform the action on the channel. */
  may(action: Action, channel: string): boolean;
}

const REVOKED: Refusal = { status: 401, reason: 'unauthorized', message: 'the token is revoked' };
const CALLER = Symbol('ws-hub.caller');

type GuardedRequest = IncomingMessage & { [CALLER]?: HubCaller; raw?: IncomingMessage };

/**
 * Guards the application's own routes with the tokens, rights and revocations that apply to the hub's connections. Use
 * it as `@UseGuards(HubGuard)`; `@Caller()` returns the sender.
 */
@Injectable()
export class HubGuard implements CanActivate {
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly authorization: Authorization,
    private readonly hub: HubService,
    private readonly refusals: RefusalCounter,
  ) {
    this.addresses = new ClientAddress(options.trustedProxies);
    if (!authorization.takesTokens)
      throw new Error('HubGuard: no authorizer uses tokens, so every request would pass; set `auth`');
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<GuardedRequest>();
    const raw = request.raw ?? request;
    const answer = await this.answerTo(raw);
    if (answer !== undefined && 'status' in answer)
      throw this.refuse(raw, rawResponseOf(http.getResponse()), answer);
    request[CALLER] = callerOf(answer);
    return true;
  }

  private refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): HttpException {
    this.refusals.requestRefused(request, refusal);
    const challenge = refusal.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
    for (const [name, value] of Object.entries({ ...refusal.headers, ...challenge }))
      response.setHeader(name, value);
    return new HttpException(refusal.message, refusal.status);
  }

  private async answerTo(request: IncomingMessage): Promise<Access | Refusal | undefined> {
    const { authCookie, allowedOrigins } = this.options;
    const token = requestTokenOf(request, cookieFor(request, authCookie, allowedOrigins));
    if (typeof token === 'object') return token;
    const remoteAddress = this.addresses.of(request);
    const answer = await new Promise<Grant | Refusal>((settled) =>
      this.authorization.judge(
        { moment: 'http', token, channel: undefined, remoteAddress, user: undefined },
        settled,
      ),
    );
    if ('status' in answer) return answer;
    const isRevoked = answer.access !== undefined && this.hub.door.isRevoked(answer.access);
    return isRevoked ? REVOKED : answer.access;
  }
}

/** Parameter decorator: the sender of a request to a route that `HubGuard` guards. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): HubCaller => {
  const caller = context.switchToHttp().getRequest<GuardedRequest>()[CALLER];
  if (caller === undefined) throw new Error('@Caller() needs @UseGuards(HubGuard)');
  return caller;
});

function callerOf(access: Access | undefined): HubCaller {
  return {
    user: access?.user,
    may: (action, channel) => access === undefined || access.may(action, channel),
  };
}
