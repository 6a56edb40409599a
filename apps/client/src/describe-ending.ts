import type { Ending } from '@ws-hub/hub-client';

/** The end of a connection as log fields; without a stack, since an unreachable hub is not a bug in this program. */
export function describeEnding({ code, reason, httpStatus, error }: Ending) {
  return {
    code,
    reason,
    http_status: httpStatus,
    err: error && { type: error.name, code: (error as NodeJS.ErrnoException).code, message: error.message },
  };
}
