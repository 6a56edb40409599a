import type { ExitCodes } from '@ws-hub/config';

/** What `ws-hub listen` and `ws-hub send` end with. From 64 on they are those of BSD's sysexits.h. */
export const EXIT = {
  done: 0,
  error: 1,
  badInput: 65,
  unavailable: 69,
  unacknowledged: 75,
  noPermission: 77,
} as const;

const ERRORS = { usage: EXIT.error, internal: EXIT.error };
const ERROR_MEANING = 'bad flag, variable or .env, or an error of the program itself';
const NO_PERMISSION_MEANING = 'no permission: the hub refused the token, or asks for one';
const UNAVAILABLE_MEANING = 'unavailable: the hub said not to come back, or was out of reach for --timeout';

export const listenExitCodes: ExitCodes = {
  ...ERRORS,
  meanings: [
    [EXIT.done, 'ended by Ctrl-C, SIGTERM or its reader, or after --count messages'],
    [EXIT.error, ERROR_MEANING],
    [EXIT.unavailable, UNAVAILABLE_MEANING],
    [EXIT.noPermission, `${NO_PERMISSION_MEANING}, or the token allows none of the channels`],
  ],
};

export const sendExitCodes: ExitCodes = {
  ...ERRORS,
  meanings: [
    [EXIT.done, 'the hub has acknowledged all that was read until the end of the input, Ctrl-C or SIGTERM'],
    [EXIT.error, ERROR_MEANING],
    [EXIT.badInput, 'bad input: lines were left out, or the hub refused them; stderr names them'],
    [EXIT.unavailable, `${UNAVAILABLE_MEANING}; all that was sent is acknowledged`],
    [EXIT.unacknowledged, 'ended before the hub had acknowledged all that was read; stderr names the lines'],
    [EXIT.noPermission, `${NO_PERMISSION_MEANING}; all that was sent is acknowledged`],
  ],
};
