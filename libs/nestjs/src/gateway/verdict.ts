import { isChannelPattern, isUser, MAX_RIGHTS, USER_RULE } from '@ws-hub/protocol';
import type { Admitted, Verdict } from '../access/hub-authorizer.js';
import { CLIENT_ID, CLIENT_ID_RULE } from './gateway-options.js';

const [MIN_STATUS, MAX_STATUS] = [400, 599];

/**
 * An authorizer's answer, which may be code of anybody.
 *
 * @throws TypeError if it is no verdict, or one that nobody could go by
 */
export function checkedVerdict(verdict: Verdict): Verdict {
  if (verdict.allowed === 'hello') return verdict;
  if (verdict.allowed === true) {
    checkAdmitted(verdict);
    return verdict;
  }
  const { allowed, status } = verdict;
  if (allowed === false && Number.isInteger(status) && status >= MIN_STATUS && status <= MAX_STATUS)
    return verdict;
  throw new TypeError(`the authorizer's answer ${JSON.stringify(verdict)} is no verdict`);
}

function checkAdmitted({ clientId, user, rights, expiresAtMs }: Admitted): void {
  check('clientId', clientId, CLIENT_ID_RULE, (id) => CLIENT_ID.test(id));
  check('user', user, USER_RULE, isUser);
  check('expiresAtMs', expiresAtMs, 'a number of milliseconds', Number.isFinite);
  const isRights = (list: NonNullable<typeof rights>) =>
    Array.isArray(list) && list.length <= MAX_RIGHTS && list.every(({ match }) => isChannelPattern(match));
  check('rights', rights, `at most ${MAX_RIGHTS} with patterns of channels`, isRights);
}

function check<Value>(
  name: string,
  value: Value | undefined,
  rule: string,
  isAllowed: (value: Value) => boolean,
): void {
  if (value !== undefined && !isAllowed(value))
    throw new TypeError(`the authorizer's ${name} ${JSON.stringify(value)} is not ${rule}`);
}
