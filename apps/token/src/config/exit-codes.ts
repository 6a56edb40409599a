import type { ExitCodes } from '@ws-hub/config';

/** What `ws-hub token check` ends with. From 64 on they are those of BSD's sysexits.h. */
export const EXIT = { valid: 0, error: 1, invalid: 65, unavailable: 69 } as const;

export const checkExitCodes: ExitCodes = {
  usage: EXIT.error,
  internal: EXIT.error,
  meanings: [
    [EXIT.valid, 'the hub accepts the token'],
    [EXIT.error, 'bad flag, variable, file or .env, or an internal error'],
    [EXIT.invalid, 'the hub refuses the token; stdout says why'],
    [EXIT.unavailable, 'unavailable: the key set or the webhook could not be reached'],
  ],
};
