import type { ExitCodes } from '@ws-hub/config';

/** Exit codes of `ws-hub verify`. From 64 up they follow BSD's sysexits.h, from 128 up they are 128 + the signal. */
export const EXIT = {
  held: 0,
  broken: 1,
  inconclusive: 2,
  usage: 64,
  unreachable: 69,
  internal: 70,
  noPermission: 77,
  interrupted: 130,
  terminated: 143,
} as const;

export const exitCodes: ExitCodes = {
  usage: EXIT.usage,
  internal: EXIT.internal,
  meanings: [
    [EXIT.held, 'held: the hub kept its promise'],
    [EXIT.broken, 'broken: messages were lost, duplicate, out of order or wrong'],
    [EXIT.inconclusive, 'cannot tell: too little happened, or messages or clients are outstanding'],
    [EXIT.usage, 'bad flag, variable or .env'],
    [EXIT.unreachable, 'unreachable: the clients could not connect'],
    [EXIT.internal, 'internal error: verify itself failed'],
    [EXIT.noPermission, "no permission: the hub refused the clients' token, or requires one"],
    [EXIT.interrupted, 'interrupted by Ctrl-C (SIGINT); the result so far is printed'],
    [EXIT.terminated, 'terminated by SIGTERM; the result so far is printed'],
  ],
};
