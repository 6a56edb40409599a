import type { Ending } from '@ws-hub/hub-client';
import { CLOSE_CODES } from '@ws-hub/protocol';

/** No close frame arrived (RFC 6455, section 7.4.1). */
const ABNORMAL = 1006;

/** Why a connection ended or could not be opened, in words. */
export function describeEnding({ code, reason, httpStatus, error }: Ending): string {
  if (httpStatus !== undefined) return reason;
  if (error !== undefined) return error.message;
  if (code === ABNORMAL) return 'the connection broke';
  const name = CLOSE_CODES.find((row) => row.code === code)?.name ?? '';
  return `closed with ${code} ${reason || name}`.trimEnd();
}
