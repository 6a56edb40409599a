import type { Access, Account } from '@ws-hub/hub';
import type { Action } from '@ws-hub/protocol';
import type { ApiKey } from '../keys/api-key.js';
import { Problem } from './problem.js';

/** The sender of a request, and its rights. */
export class HttpCaller {
  constructor(
    /** Its client id, the same for all its requests; undefined for an anonymous caller. */
    readonly clientId: string | undefined,
    /** Its rights on channels; undefined means all. */
    readonly access: Access | undefined,
    /** The API key of the request. */
    readonly key: ApiKey | undefined,
    /** The account that its requests are charged to. */
    readonly account: Account,
    readonly remoteAddress: string,
  ) {}

  get keyId(): string | undefined {
    return this.key?.id;
  }

  /** Whether it has valid credentials. */
  get isKnown(): boolean {
    return this.key !== undefined || this.clientId !== undefined;
  }

  get user(): string | undefined {
    return this.access?.user;
  }

  may(action: Action, channel: string): boolean {
    return this.access === undefined || this.access.may(action, channel);
  }

  /** @throws Problem 403 naming the channels on which the action is not allowed */
  mustBeAllowed(action: Action, channels: readonly string[]): void {
    const refused = channels.filter((channel) => !this.may(action, channel));
    if (refused.length === 0) return;
    throw new Problem(403, `these credentials do not allow ${action} on ${refused.join(', ')}`, {
      channels: refused,
    });
  }

  /** @throws Problem 403 */
  mustBeAdmin(): void {
    if (this.key?.isAdmin !== true) throw new Problem(403, 'this needs an API key that allows admin:>');
  }
}
