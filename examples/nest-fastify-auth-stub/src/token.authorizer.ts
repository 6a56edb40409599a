import { Injectable } from '@nestjs/common';
import { type ConnectRequest, HubAuthorizer, type Verdict } from '@ws-hub/nestjs';
import { type Owner, Tokens } from './tokens.js';

/** Admits anyone who has a token, under the name that belongs to it. */
@Injectable()
export class TokenAuthorizer extends HubAuthorizer {
  constructor(private readonly tokens: Tokens) {
    super();
  }

  /**
   * A verdict where it is known at once: nothing waits then. A promise where another service has to be asked; if it rejects, or
   * takes longer than `authTimeoutMs`, the client gets 503 and reconnects later.
   */
  connect({ request }: ConnectRequest): Verdict | Promise<Verdict> {
    // In the query, since the WebSocket of browsers sends no headers of its own. Keep URLs out of your access log.
    const token = new URL(request.url ?? '/', 'http://hub').searchParams.get('token') ?? '';
    const owner = this.tokens.remembered(token);
    return owner === undefined ? this.tokens.lookUp(token).then(verdictOn) : verdictOn(owner);
  }
}

function verdictOn(owner: Owner | undefined): Verdict {
  if (owner === undefined) return { allowed: false, status: 401, reason: 'a valid token is required' };
  return { allowed: true, clientId: owner.clientId };
}
