import {
  ACTIONS,
  type Action,
  CHANNEL_PATTERN_RULE,
  isChannelPattern,
  MAX_RIGHTS,
  type Right,
} from '@ws-hub/protocol';
import { quoted } from './checked.js';

const ALL = '*';

/** The rule for such a list, as error messages state it. */
export const ALLOW_LIST_RULE = `at most ${MAX_RIGHTS} comma-separated pairs ACTION:PATTERN, or empty; ACTION is ${ACTIONS.join(', ')}, or ${ALL} for all; PATTERN is ${CHANNEL_PATTERN_RULE}`;

/**
 * Parses rights as operators write them: `subscribe:public.>, publish:lobby`, or `*:room.*` for every action.
 *
 * @throws TypeError naming the invalid entry
 */
export function parseAllow(text: string): readonly Right[] {
  const items = text.split(',').map((item) => item.trim());
  const actions = new Map<string, Set<Action>>();
  for (const item of items.filter((each) => each !== '')) {
    const [match, allowed] = parseItem(item);
    actions.set(match, new Set([...(actions.get(match) ?? []), ...allowed]));
  }
  if (actions.size > MAX_RIGHTS)
    throw new TypeError(`${actions.size} patterns are not allowed; allowed: ${ALLOW_LIST_RULE}`);
  return [...actions].map(([match, allow]) => ({ match, allow: [...allow] }));
}

/** Whether `parseAllow` accepts the text. */
export function isAllowList(text: string): boolean {
  try {
    parseAllow(text);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function parseItem(item: string): [match: string, actions: readonly Action[]] {
  const colon = item.indexOf(':');
  const word = item.slice(0, Math.max(colon, 0));
  const match = item.slice(colon + 1);
  const actions = word === ALL ? ACTIONS : ACTIONS.filter((action) => action === word);
  if (actions.length === 0 || !isChannelPattern(match))
    throw new TypeError(`${quoted(item)} is not allowed; allowed: ${ALLOW_LIST_RULE}`);
  return [match, actions];
}
