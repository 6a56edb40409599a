import type { IncomingMessage } from 'node:http';
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
import { requestTokenOf } from '../gateway/token-sources.js';
import { HubService } from '../hub.service.js';

/** Who has sent an HTTP request, as the hub knows its clients. */
export interface HubCaller {
  /** Undefined for an anonymous caller. */
  readonly user: string | undefined;
  /** Whether a client with the same token may do that. */
  may(action: Action, channel: string): boolean;
}

const CALLER = Symbol('ws-hub.caller');

type GuardedRequest = IncomingMessage & { [CALLER]?: HubCaller; raw?: IncomingMessage };

/**
 * Guards the application's own routes as the hub guards its connections: the same tokens, rights and revocations.
 * `@UseGuards(HubGuard)`, and `@Caller()` has who it is.
 */
@Injectable()
export class HubGuard implements CanActivate {
  private readonly addresses: ClientAddress;

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    private readonly authorization: Authorization,
    private readonly hub: HubService,
  ) {
    this.addresses = new ClientAddress(options.trustedProxies);
    if (!authorization.takesTokens)
      throw new Error('HubGuard: nobody looks at tokens, so it would let everybody in; set `auth`');
  }

  /** A browser sends the cookie from every page: only what pages of allowed origins ask for counts. */
  private cookieOf({ headers: { origin } }: IncomingMessage): string {
    const isOwn = origin === undefined || this.options.allowedOrigins.includes(origin);
    return isOwn ? this.options.authCookie : '';
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    request[CALLER] = callerOf(await this.accessOf(request.raw ?? request));
    return true;
  }

  private async accessOf(request: IncomingMessage): Promise<Access | undefined> {
    const token = requestTokenOf(request, this.cookieOf(request));
    if (typeof token === 'object') throw httpError(token);
    const remoteAddress = this.addresses.of(request);
    const answer = await new Promise<Grant | Refusal>((settled) =>
      this.authorization.judge(
        { moment: 'http', token, channel: undefined, remoteAddress, user: undefined },
        settled,
      ),
    );
    if ('status' in answer) throw httpError(answer);
    const isRevoked = answer.access && this.hub.door.isRevoked(answer.access);
    if (isRevoked === true) throw httpError({ status: 401, message: 'the token is revoked' });
    return answer.access;
  }
}

/** Who has sent the request, in a parameter of a route that `HubGuard` guards. */
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

function httpError({ status, message }: Pick<Refusal, 'status' | 'message'>): HttpException {
  return new HttpException(message, status);
}
