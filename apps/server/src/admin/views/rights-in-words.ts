import type { Right } from '@ws-hub/protocol';

/** One line for each right, such as `subscribe, publish: room.*`. */
export function rightsInWords(rights: readonly Right[]): readonly string[] {
  return rights.map(({ match, allow }) => `${allow.join(', ')}: ${match}`);
}
