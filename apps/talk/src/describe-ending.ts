import type { Ending } from '@ws-hub/hub-client';
import { CLOSE_CODES, HUB_PATH } from '@ws-hub/protocol';

const NOT_FOUND = 404;
/** No close frame came (RFC 6455, section 7.4.1). */
const ABNORMAL = 1006;

/** Why a connection ended or never came to be, in words. */
export function describeEnding({ code, reason, httpStatus, error }: Ending): string {
  if (httpStatus === NOT_FOUND) return `${reason}; the path of a hub is ${HUB_PATH}`;
  if (httpStatus !== undefined) return reason;
  if (error !== undefined) return error.message;
  if (code === ABNORMAL) return 'the connection broke';
  const name = CLOSE_CODES.find((row) => row.code === code)?.name ?? '';
  return `closed with ${code} ${reason || name}`.trimEnd();
}
