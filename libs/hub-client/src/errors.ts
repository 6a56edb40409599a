import type { ErrorCode } from '@ws-hub/protocol';

/**
 * Why a message was not published:
 *
 * - `offline`: there is no connection, and the message must not be queued;
 * - `full`: too many messages wait for acknowledgement;
 * - `too_large`: its frame is larger than the hub allows;
 * - `refused`: rejected by the hub, or by the rules of the contract before it was sent;
 * - `forbidden`: rejected by the hub, because the token does not allow it;
 * - `closed`: the client was closed, or the hub asked not to reconnect, before the message was sent;
 * - `outcome_unknown`: it was sent, and it is not known whether it was stored.
 */
export type PublishFailure =
  | 'offline'
  | 'full'
  | 'too_large'
  | 'refused'
  | 'forbidden'
  | 'closed'
  | 'outcome_unknown';

/** The error that `publish` rejects with. */
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

/** There is no token: the function that returns it has failed, or its result is invalid. `cause` has the failure. */
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
