const RANDOM_BYTES = 12;

/**
 * Makes keys for messages (PROTOCOL.md, section 2). A page that reloads takes its identity with it, so that a counter
 * alone would give keys that were used already.
 */
export function keyMaker(): () => string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const prefix = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}
