import {
  ACTIONS,
  CHANNEL_PATTERN_RULE,
  isChannelPattern,
  isUser,
  MAX_RIGHTS,
  type Right,
  USER_RULE,
} from '@ws-hub/protocol';
import { z } from 'zod';
import { type Checked, quoted } from './checked.js';

const MAX_TOKEN_ID_LENGTH = 128;
/** The last second that a `Date` can represent: its milliseconds are an exact number. */
const MAX_DATE_S = 8_640_000_000_000;

/** Each message states what is allowed. */
const DATE = { error: 'seconds since 1970, a number that is not negative' };
const TOKEN_ID = { error: `1-${MAX_TOKEN_ID_LENGTH} characters` };
const MATCH = { error: CHANNEL_PATTERN_RULE };
const ALLOW = { error: `1-${ACTIONS.length} different words of ${ACTIONS.join(', ')}` };
const RIGHT = { error: 'an object of match and allow, and nothing else' };
const RIGHTS = { error: `a list of at most ${MAX_RIGHTS} entries` };

const user = z.string({ error: USER_RULE }).refine(isUser, { error: USER_RULE });
/** RFC 7519, section 2: a NumericDate may have a fraction. */
const date = z.number(DATE).min(0, DATE).max(MAX_DATE_S, DATE);
const tokenId = z.string(TOKEN_ID).min(1, TOKEN_ID).max(MAX_TOKEN_ID_LENGTH, TOKEN_ID);

const rights = z
  .array(
    z.strictObject(
      {
        match: z.string(MATCH).refine(isChannelPattern, MATCH),
        allow: z
          .array(z.enum(ACTIONS, ALLOW), ALLOW)
          .min(1, ALLOW)
          .max(ACTIONS.length, ALLOW)
          .refine((words) => new Set(words).size === words.length, ALLOW),
      },
      RIGHT,
    ),
    RIGHTS,
  )
  .max(MAX_RIGHTS, RIGHTS);

/** The claims of RFC 7519, section 4.1, that the hub uses. `readRights` parses `hub`; other claims are ignored. */
const claims = z.object(
  {
    sub: user,
    exp: date,
    iat: date.optional(),
    nbf: date.optional(),
    jti: tokenId.optional(),
    iss: z.unknown().optional(),
    aud: z.unknown().optional(),
    hub: z.unknown().optional(),
  },
  { error: 'an object' },
);

export type Claims = z.output<typeof claims>;

/** Parses the claims of a token, except its rights. */
export function readClaims(payload: unknown): Checked<Claims> {
  return read(claims, payload, '');
}

/** Parses the claim `hub`. One invalid entry rejects the whole claim. Without the claim there are no rights. */
export function readRights(hub: unknown): Checked<readonly Right[]> {
  return hub === undefined ? { value: [] } : read(rights, hub, 'hub');
}

/** What an auth webhook answers for a valid token. */
const judgement = z.object({
  user,
  hub: z.unknown().optional(),
  expires_in: z
    .number({ error: 'seconds' })
    .int({ error: 'whole seconds' })
    .min(1)
    .max(MAX_DATE_S)
    .optional(),
  token_id: tokenId.optional(),
  issued_at: date.optional(),
});

export type Judgement = z.output<typeof judgement>;

export function readJudgement(body: unknown): Checked<Judgement> {
  return read(judgement, body, '');
}

function read<T>(schema: z.ZodType<T>, value: unknown, name: string): Checked<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return { value: data };
  const [issue] = error.issues;
  return { fault: issue === undefined ? 'it cannot be read' : faultOf(issue, value, name) };
}

function faultOf(issue: z.core.$ZodIssue, root: unknown, name: string): string {
  const { path, message } = issue;
  const got = issue.code === 'unrecognized_keys' ? issue.keys[0] : valueAt(root, path);
  return `${placeOf(path, name) || 'it'}: ${quoted(got)} is not allowed; allowed: ${message}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], root);
}

/** Such as `hub[3].match`. */
function placeOf(path: readonly PropertyKey[], name: string): string {
  return path.reduce<string>(
    (place, key) => (typeof key === 'number' ? `${place}[${key}]` : `${place && `${place}.`}${String(key)}`),
    name,
  );
}
