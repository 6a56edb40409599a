import type { ErrorCode } from '@ws-hub/protocol';

/**
 * Why a message was not published:
 *
 * - `offline`: there is no connection, and it was not to be queued;
 * - `full`: too much waits for its acknowledgement already;
 * - `too_large`: its frame is larger than the hub allows;
 * - `refused`: by the hub, or by the rules of the contract before it was sent;
 * - `forbidden`: by the hub, because its token does not allow it;
 * - `closed`: the client was closed, or the hub said not to come back, before it was sent;
 * - `outcome_unknown`: it was sent, and nobody can tell any more whether it was stored.
 */
export type PublishFailure =
  | 'offline'
  | 'full'
  | 'too_large'
  | 'refused'
  | 'forbidden'
  | 'closed'
  | 'outcome_unknown';

/** What `publish` rejects with. */
export class PublishError extends Error {
  override readonly name = 'PublishError';

  constructor(
    readonly reason: PublishFailure,
    message: string,
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** There is no token: the function that gets it has failed, or what it has got is none. Its `cause` is the failure. */
export class TokenError extends Error {
  override readonly name = 'TokenError';

  constructor(message: string, options?: ErrorOptions) {
    super(`no token: ${message}`, options);
  }
}

/** An `error` message of the hub (PROTOCOL.md, section 2). */
export class HubError extends Error {
  override readonly name = 'HubError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly key: string | undefined,
  ) {
    super(`${code}: ${message}`);
  }
}
