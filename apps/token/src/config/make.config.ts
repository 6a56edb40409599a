import { tokenOptions } from '@ws-hub/access-config';
import { type Command, type ConfigOf, integer, option, text } from '@ws-hub/config';
import { ALLOW_LIST_RULE, isAllowList, parseAllow, SECRET_ALGORITHMS } from '@ws-hub/nestjs/auth';
import { isUser, USER_RULE } from '@ws-hub/protocol';

const MAX_ID_LENGTH = 128;
const ID = `1-${MAX_ID_LENGTH} characters, or empty`;
const HOUR_MS = '3600000';
/** Ten years. */
const MAX_EXPIRES_IN_MS = 315_360_000_000;

const { jwtSecret, jwtIssuer, jwtAudience, jwtAlgorithms, jwtMaxLifetimeMs } = tokenOptions;
const options = {
  user: option(
    'WS_TOKEN_USER',
    '',
    text(USER_RULE)
      .refine((user) => user === '' || isUser(user))
      .describe(USER_RULE),
    'user of the token (sub)',
    'user',
  ),
  allow: option(
    'WS_TOKEN_ALLOW',
    '',
    text(ALLOW_LIST_RULE).refine(isAllowList).transform(parseAllow).describe(ALLOW_LIST_RULE),
    'rights of the token, such as subscribe:room.>,publish:room.*; * instead of an action is all actions',
    'allow',
  ),
  expiresInMs: option(
    'WS_TOKEN_EXPIRES_IN',
    HOUR_MS,
    integer(1_000, MAX_EXPIRES_IN_MS),
    'ms until the token expires',
    'expires-in',
  ),
  id: option(
    'WS_TOKEN_ID',
    '',
    text(ID)
      .refine(({ length }) => length <= MAX_ID_LENGTH)
      .describe(ID),
    'id of the token, by which it can be revoked (jti); empty = a random id',
    'id',
  ),
  jwtSecret,
  jwtIssuer,
  jwtAudience,
  jwtAlgorithms,
  jwtMaxLifetimeMs,
};

/** The command that makes a token for development. */
export const makeCommand: Command<typeof options> = {
  name: 'token make',
  summary: 'prints a token for development, signed with JWT_SECRET',
  options,
  conflict: ({
    user,
    jwtSecret: secret,
    jwtAlgorithms: algorithms,
    expiresInMs,
    jwtMaxLifetimeMs: maxMs,
  }) => {
    if (user === '') return `WS_TOKEN_USER (--user): must be set; allowed: ${USER_RULE}`;
    if (secret === '') return 'JWT_SECRET (or JWT_SECRET_FILE): must be set: a token is signed with it';
    if (algorithms.length > 0 && !algorithms.some((each) => SECRET_ALGORITHMS.includes(each)))
      return `JWT_ALGORITHMS (--jwt-algorithms): none of these uses a secret; allowed: one of ${SECRET_ALGORITHMS.join(', ')} among them`;
    if (expiresInMs > maxMs)
      return `WS_TOKEN_EXPIRES_IN (--expires-in): "${expiresInMs}" is not allowed; allowed: at most JWT_MAX_LIFETIME (--jwt-max-lifetime), which is ${maxMs}: a hub refuses longer ones`;
    return undefined;
  },
};

export type MakeConfig = ConfigOf<typeof options>;
