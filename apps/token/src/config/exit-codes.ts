import type { ExitCodes } from '@ws-hub/config';

/** Exit codes of `ws-hub token check`. From 64 up they follow BSD's sysexits.h. */
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
