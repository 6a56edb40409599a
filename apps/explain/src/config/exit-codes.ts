import type { ExitCodes } from '@ws-hub/config';

/** Exit codes of `ws-hub explain`. From 64 up they follow BSD's sysexits.h. */
export const EXIT = {
  explained: 0,
  error: 1,
  nothingToExplain: 65,
  unavailable: 69,
  noPermission: 77,
} as const;

export const explainExitCodes: ExitCodes = {
  usage: EXIT.error,
  internal: EXIT.error,
  meanings: [
    [EXIT.explained, 'the hub explained what became of the message'],
    [EXIT.error, 'bad flag, variable, file or .env, or an internal error'],
    [EXIT.nothingToExplain, 'the hub does not know the message, or records nothing; stderr says which'],
    [EXIT.unavailable, 'unavailable: no console answered within 10 s, or it was overloaded'],
    [EXIT.noPermission, 'no permission: the console requires a password, or refused this one'],
  ],
};
