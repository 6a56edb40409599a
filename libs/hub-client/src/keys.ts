const RANDOM_BYTES = 12;

/**
 * Generates keys for messages (PROTOCOL.md, section 2). A page that reloads keeps its identity, so a counter alone
 * would repeat keys.
 */
export function keyMaker(): () => string {
  const bytes = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
  const prefix = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  let count = 0;
  return () => `${prefix}-${(++count).toString(36)}`;
}
