import type { Access, Account } from '@ws-hub/hub';
import type { Action } from '@ws-hub/protocol';
import type { ApiKey } from '../keys/api-key.js';
import { Problem } from './problem.js';

/** Who has sent a request, and what they may do. */
export class HttpCaller {
  constructor(
    /** Its name on the hub, the same for each of its requests; undefined for somebody who has shown nothing. */
    readonly clientId: string | undefined,
    /** Undefined: everything that concerns channels. */
    readonly access: Access | undefined,
    /** The API key that it has shown. */
    readonly key: ApiKey | undefined,
    /** What its requests cause is charged here. */
    readonly account: Account,
    readonly remoteAddress: string,
  ) {}

  get keyId(): string | undefined {
    return this.key?.id;
  }

  /** Whether it has shown who it is. */
  get isKnown(): boolean {
    return this.key !== undefined || this.clientId !== undefined;
  }

  get user(): string | undefined {
    return this.access?.user;
  }

  may(action: Action, channel: string): boolean {
    return this.access === undefined || this.access.may(action, channel);
  }

  /** @throws Problem 403 naming those of the channels on which it may not do that */
  mustBeAllowed(action: Action, channels: readonly string[]): void {
    const refused = channels.filter((channel) => !this.may(action, channel));
    if (refused.length === 0) return;
    throw new Problem(403, `these credentials do not allow ${action} on ${refused.join(', ')}`, {
      channels: refused,
    });
  }

  /** @throws Problem 403 */
  mustBeAdmin(): void {
    if (this.key?.isAdmin !== true) throw new Problem(403, 'this takes an API key that allows admin:>');
  }
}
