import { Injectable } from '@nestjs/common';
import { Hub, Speaker } from '@ws-hub/hub';
import type { Action } from '@ws-hub/protocol';
import type { HttpCaller } from './http-caller.js';
import { tryAgain } from './problem.js';

/** Limits and rights of requests that publish nothing. */
@Injectable()
export class HttpRequests {
  constructor(private readonly hub: Hub) {}

  /** Counts a request against MAX_REQUEST_RATE. @throws Problem 429 */
  count({ account }: HttpCaller): void {
    const waitMs = this.hub.admitRequest(account);
    if (waitMs > 0) throw tryAgain(429, 'too many requests from this client', waitMs);
  }

  /** @throws Problem 403, which is logged like every other denied request */
  allow(caller: HttpCaller, action: Action, channels: readonly string[]): void {
    const refused = channels.filter((channel) => !caller.may(action, channel));
    if (refused.length > 0) this.hub.events.forbidden(speakerOf(caller), action, refused);
    caller.mustBeAllowed(action, channels);
  }
}

function speakerOf({ clientId = '', access, account, remoteAddress }: HttpCaller): Speaker {
  return new Speaker(clientId, access, account, remoteAddress, '');
}
