import { isChannelPattern, isUser, MAX_RIGHTS, USER_RULE } from '@ws-hub/protocol';
import type { Admitted, Verdict } from '../access/hub-authorizer.js';
import { CLIENT_ID, CLIENT_ID_RULE } from './gateway-options.js';

const [MIN_STATUS, MAX_STATUS] = [400, 599];
/** In the year 5138. A larger value must be in milliseconds. */
const LAST_S = 1e11;

/**
 * Validates an authorizer's answer, which may come from application code.
 *
 * @throws TypeError if it is not a valid verdict
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
  throw new TypeError(`the authorizer's answer ${JSON.stringify(verdict)} is not a verdict`);
}

function checkAdmitted(admitted: Admitted): void {
  const { clientId, user, rights, expiresAtMs, tokenId, issuedAtS } = admitted;
  check('clientId', clientId, CLIENT_ID_RULE, (id) => typeof id === 'string' && CLIENT_ID.test(id));
  check('user', user, USER_RULE, (name) => typeof name === 'string' && isUser(name));
  check('tokenId', tokenId, USER_RULE, (name) => typeof name === 'string' && isUser(name));
  check('expiresAtMs', expiresAtMs, 'a number of milliseconds', Number.isFinite);
  const isSeconds = (time: number) => Number.isFinite(time) && time < LAST_S;
  check('issuedAtS', issuedAtS, 'a number of seconds', isSeconds);
  const isRights = (list: NonNullable<typeof rights>) =>
    Array.isArray(list) && list.length <= MAX_RIGHTS && list.every(({ match }) => isChannelPattern(match));
  check('rights', rights, `at most ${MAX_RIGHTS} with channel patterns`, isRights);
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
