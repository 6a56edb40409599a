import type { ExitCodes } from '@ws-hub/config';

/** Exit codes of `ws-hub listen` and `ws-hub send`. From 64 up they follow BSD's sysexits.h. */
export const EXIT = {
  done: 0,
  error: 1,
  badInput: 65,
  unavailable: 69,
  unacknowledged: 75,
  noPermission: 77,
} as const;

const ERRORS = { usage: EXIT.error, internal: EXIT.error };
const ERROR_MEANING = 'bad flag, variable or .env, or an internal error';
const NO_PERMISSION_MEANING = 'no permission: the hub refused the token, or requires one';
const UNAVAILABLE_MEANING = 'unavailable: the hub asked not to reconnect, or was unreachable for --timeout';

export const listenExitCodes: ExitCodes = {
  ...ERRORS,
  meanings: [
    [EXIT.done, 'ended by Ctrl-C, SIGTERM or a closed pipe, or after --count messages'],
    [EXIT.error, ERROR_MEANING],
    [EXIT.unavailable, UNAVAILABLE_MEANING],
    [EXIT.noPermission, `${NO_PERMISSION_MEANING}, or the token allows none of the channels`],
  ],
};

export const sendExitCodes: ExitCodes = {
  ...ERRORS,
  meanings: [
    [EXIT.done, 'the hub acknowledged everything read before the end of input, Ctrl-C or SIGTERM'],
    [EXIT.error, ERROR_MEANING],
    [EXIT.badInput, 'bad input: lines were skipped, or refused by the hub; stderr lists them'],
    [EXIT.unavailable, `${UNAVAILABLE_MEANING}; everything sent is acknowledged`],
    [EXIT.unacknowledged, 'ended before the hub acknowledged everything read; stderr lists the lines'],
    [EXIT.noPermission, `${NO_PERMISSION_MEANING}; everything sent is acknowledged`],
  ],
};
