import type { ExitCodes } from '@ws-hub/config';

/** What `ws-hub explain` ends with. From 64 on they are those of BSD's sysexits.h. */
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
    [EXIT.explained, 'the hub has said what became of the message'],
    [EXIT.error, 'bad flag, variable, file or .env, or an error of the program itself'],
    [EXIT.nothingToExplain, 'the hub knows no such message, or records nothing; stderr has its words'],
    [EXIT.unavailable, 'unavailable: no console answered within 10 s, or it had too much to do'],
    [EXIT.noPermission, 'no permission: the console asks for a password, or for another one'],
  ],
};
