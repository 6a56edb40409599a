import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  type Admitted,
  type ConnectRequest,
  HubAuthorizer,
  type Refused,
  type TokenRequest,
  type Verdict,
} from '../access/hub-authorizer.js';
import { AUTH_OPTIONS, type AuthOptions } from './auth-options.js';
import { type TokenContext, TokenVerifier, type Verified } from './token-verifier.js';

const ALLOWED: Admitted = { allowed: true };
const AT_HELLO: Verdict = { allowed: 'hello' };
const NO_TOKEN: Refused = { allowed: false, status: 401, reason: 'a token is required' };
const ANOTHER_USER: Refused = { allowed: false, status: 403, reason: 'another user' };

/** Authorizes clients by their tokens. An invalid token is never treated as a missing one. */
@Injectable()
export class TokenAuthorizer extends HubAuthorizer implements OnApplicationBootstrap {
  private readonly anonymous: Admitted;

  constructor(
    @Inject(AUTH_OPTIONS) private readonly options: AuthOptions,
    private readonly verifier: TokenVerifier,
  ) {
    super();
    this.anonymous = { allowed: true, rights: options.anonymousAllow };
  }

  override get takesTokens(): boolean {
    return this.options.auth !== 'off';
  }

  onApplicationBootstrap(): void {
    if (this.options.auth !== 'off') this.verifier.warmUp();
  }

  connect({ token, dialect, channel, remoteAddress }: ConnectRequest): Verdict | Promise<Verdict> {
    if (this.options.auth === 'off') return ALLOWED;
    if (token !== undefined) return this.judge(token, { moment: 'connect', dialect, channel, remoteAddress });
    // Its hello may contain a token.
    return dialect === 'hub.v1' ? AT_HELLO : this.withoutToken();
  }

  override authenticate(request: TokenRequest): Admitted | Refused | Promise<Admitted | Refused> {
    if (this.options.auth === 'off') return ALLOWED;
    const { token, ...context } = request;
    if (token !== undefined) return this.judge(token, context);
    return context.moment !== 'refresh' && context.user === undefined ? this.withoutToken() : NO_TOKEN;
  }

  private withoutToken(): Admitted | Refused {
    return this.options.auth === 'optional' ? this.anonymous : NO_TOKEN;
  }

  private async judge(token: string, context: TokenContext): Promise<Admitted | Refused> {
    const verified = await this.verifier.verify(token, context);
    return isAnotherUser(verified, context) ? ANOTHER_USER : verdictOf(verified);
  }
}

/** From its hello on, a connection belongs to one user or is anonymous: what it received and sent stays with that user. */
function isAnotherUser(verified: Verified, { moment, user }: TokenContext): boolean {
  if (verified.ok !== true) return false;
  return moment === 'refresh' ? verified.user !== user : user !== undefined && verified.user !== user;
}

function verdictOf(verified: Verified): Admitted | Refused {
  if (verified.ok === 'unavailable') return { allowed: false, status: 503, reason: verified.reason };
  if (!verified.ok)
    return { allowed: false, status: 401, reason: verified.reason, isExpired: verified.isExpired };
  const { user, rights, expiresAtMs, tokenId, issuedAtS } = verified;
  return { allowed: true, user, rights, expiresAtMs, tokenId, issuedAtS };
}
