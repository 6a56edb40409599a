import { CLOSE, closeMeansStop, httpStatusMeansStop, readReconnectAdvice } from '@ws-hub/protocol';
import type { Ending } from './transport.js';

/** How long the client stays away from an overloaded hub (PROTOCOL.md, "Close codes"). */
const TRY_AGAIN_LATER_MS = 5_000;

/** When a client reconnects after the end of a connection. */
export type Comeback = 'now' | 'later' | 'never';

/** Whether the end of a connection is final for this client. */
export function meansStop({ code, httpStatus }: Ending): boolean {
  return httpStatus === undefined ? closeMeansStop(code) : httpStatusMeansStop(httpStatus);
}

const CODES_WITHOUT_ACCESS: readonly number[] = [
  CLOSE.unauthorized,
  CLOSE.forbidden,
  CLOSE.credentialsExpired,
];
const STATUSES_WITHOUT_ACCESS: readonly number[] = [401, 403];

/** Whether a connection ended, or was never established, because the client's token is invalid or missing. */
export function meansNoAccess({ code, httpStatus }: Ending): boolean {
  return httpStatus === undefined
    ? CODES_WITHOUT_ACCESS.includes(code)
    : STATUSES_WITHOUT_ACCESS.includes(httpStatus);
}

/** Over how long the hub asked clients to spread their return, in milliseconds. */
export function advisedSpreadMs({ code, reason }: Ending): number {
  return code === CLOSE.serviceRestart ? readReconnectAdvice(reason) : 0;
}

/** How long the hub asked the client to stay away, in milliseconds. */
export function advisedWaitMs({ code, retryAfterMs = 0 }: Ending): number {
  return code === CLOSE.tryAgainLater ? Math.max(TRY_AGAIN_LATER_MS, retryAfterMs) : retryAfterMs;
}
