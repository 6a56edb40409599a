import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { type Access, Clock, Hub } from '@ws-hub/hub';
import type { AuthOptions } from '../auth/auth-options.js';
import type { Refusal } from '../gateway/admission.js';
import { Authorization, type Grant } from '../gateway/authorization.js';
import { ClientAddress } from '../gateway/client-address.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from '../gateway/gateway-options.js';
import { networkOf } from '../gateway/ip-address.js';
import type { ApiKey } from '../keys/api-key.js';
import { ApiKeys } from '../keys/api-keys.js';
import { corsOriginsOf } from './cors.js';
import { HttpCaller } from './http-caller.js';
import { cookieFor, credentialsOf } from './http-credentials.js';
import type { HttpOptions } from './http-options.js';
import { Problem, tryAgain } from './problem.js';
import { stateOf } from './request-state.js';

const RETRY_AFTER_MS = 1_000;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer' };
/** Characters of the hash of a user in a client id: enough to avoid collisions. */
const USER_HASH_LENGTH = 22;

type CallerOptions = GatewayOptions & HttpOptions & Pick<AuthOptions, 'jwtClockToleranceMs'>;

/** Identifies the sender of a request, by an API key or by the tokens that connections use. */
@Injectable()
export class HttpCallers {
  private readonly addresses: ClientAddress;
  private readonly origins: readonly string[];
  /** By key, so that rights are compiled once. */
  private readonly accesses = new WeakMap<ApiKey, Access | undefined>();

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: CallerOptions,
    private readonly authorization: Authorization,
    private readonly keys: ApiKeys,
    private readonly hub: Hub,
    private readonly clock: Clock,
  ) {
    this.addresses = new ClientAddress(options.trustedProxies);
    this.origins = corsOriginsOf(options);
  }

  /**
   * Called before the body of a request is read: only its headers are needed. The result is kept for further calls.
   *
   * @param query whether the token may be in the URL
   * @returns synchronously if no key set or webhook has to be asked
   * @throws Problem 400, 401, 403, 503 if the credentials are not valid; also as a rejection
   */
  judge(request: IncomingMessage, { query = false } = {}): HttpCaller | Promise<HttpCaller> {
    const { caller: known } = stateOf(request);
    if (known !== undefined) return known;
    const caller = this.ask(request, query);
    if (caller instanceof Promise) return caller.then((judged) => this.remember(request, judged));
    return this.remember(request, caller);
  }

  /** The sender of an admitted request. */
  callerOf(request: IncomingMessage): HttpCaller {
    const { caller } = stateOf(request);
    if (caller === undefined) throw new Error('the sender of this request was not identified');
    return caller;
  }

  /**
   * Called when the body has arrived, before the request is handled: the client may have sent it slowly, and in the
   * meantime its API key may have been removed, or its token revoked or expired.
   *
   * @throws Problem 401, and 503 if the rights of the key have changed
   */
  mustStillCount({ key, access }: HttpCaller): void {
    if (key !== undefined) this.mustStillBeKnown(key);
    else if (access !== undefined) this.mustNotBeOver(access);
  }

  addressOf(request: IncomingMessage): string {
    return this.addresses.of(request);
  }

  private remember(request: IncomingMessage, caller: HttpCaller): HttpCaller {
    stateOf(request).caller = caller;
    return caller;
  }

  private ask(request: IncomingMessage, query: boolean): HttpCaller | Promise<HttpCaller> {
    const cookie = cookieFor(request, this.options.authCookie, this.origins);
    const credentials = credentialsOf(request, { cookie, query });
    if ('status' in credentials) throw problemOf(credentials);
    const remoteAddress = this.addresses.of(request);
    if (credentials.kind === 'key') return this.byKey(credentials.key, remoteAddress);
    const { token } = credentials;
    // Without token verification it is treated as a key: unknown credentials never count as none.
    if (token !== undefined && !this.authorization.takesTokens) return this.byKey(token, remoteAddress);
    return this.byToken(token, remoteAddress);
  }

  private byKey(key: string, remoteAddress: string): HttpCaller {
    const found = this.keys.find(key);
    if (found === undefined) throw unauthorized('the API key is not known');
    const clientId = `key.${found.name}`;
    return new HttpCaller(clientId, this.accessOf(found), found, this.hub.accountOf(clientId), remoteAddress);
  }

  private mustStillBeKnown(key: ApiKey): void {
    const now = this.keys.ofId(key.id);
    if (now === key) return;
    if (now === undefined) throw unauthorized('the API key is no longer known');
    throw tryAgain(503, 'the API key was changed in the meantime', RETRY_AFTER_MS);
  }

  /** Without the grace period that connections have to renew their tokens: the next request brings a new token anyway. */
  private mustNotBeOver(access: Access): void {
    const { expiresAtMs = Number.POSITIVE_INFINITY } = access;
    if (this.hub.isRevoked(access)) throw unauthorized('the token is revoked');
    if (this.clock.unixMs() >= expiresAtMs + this.options.jwtClockToleranceMs)
      throw unauthorized('the token has expired');
  }

  private accessOf(key: ApiKey): Access | undefined {
    if (!this.accesses.has(key)) this.accesses.set(key, this.hub.accessOf({ rights: key.rights }));
    return this.accesses.get(key);
  }

  private byToken(token: string | undefined, remoteAddress: string): HttpCaller | Promise<HttpCaller> {
    let answer: Grant | Refusal | undefined;
    let later: ((answer: Grant | Refusal) => void) | undefined;
    const question = { moment: 'http', token, channel: undefined, remoteAddress, user: undefined } as const;
    this.authorization.judge(question, (given) => {
      answer = given;
      later?.(given);
    });
    if (answer !== undefined) return this.grantedTo(answer, remoteAddress);
    return new Promise<Grant | Refusal>((settled) => {
      later = settled;
    }).then((given) => this.grantedTo(given, remoteAddress));
  }

  private grantedTo(answer: Grant | Refusal, remoteAddress: string): HttpCaller {
    if ('status' in answer) throw problemOf(answer);
    const { access } = answer;
    if (access !== undefined) this.mustNotBeOver(access);
    const clientId = answer.clientId ?? clientIdOf(access);
    // No client id contains a space.
    const account = this.hub.accountOf(clientId ?? `anonymous ${networkOf(remoteAddress)}`);
    return new HttpCaller(clientId, access, undefined, account, remoteAddress);
  }
}

/** The same for all requests of a user and on all hubs, so that a key identifies the same message everywhere. */
function clientIdOf(access: Access | undefined): string | undefined {
  if (access?.user === undefined) return undefined;
  const hash = createHash('sha256').update(access.user).digest('base64url').slice(0, USER_HASH_LENGTH);
  return `user.${hash}`;
}

function unauthorized(detail: string): Problem {
  return new Problem(401, detail, { headers: CHALLENGE, reason: 'unauthorized' });
}

function problemOf({ status, message, headers, reason }: Refusal): Problem {
  return new Problem(status, message, { headers: { ...headers, ...(status === 401 && CHALLENGE) }, reason });
}
