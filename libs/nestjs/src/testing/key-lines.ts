import { hashOf, makeKey } from '../keys/api-key.js';

/** A key, and its line in a file. */
export interface KeyOfTests {
  readonly key: string;
  readonly id: string;
  readonly line: string;
}

/** A new key. Members of its line can be overridden, or removed with undefined. */
export function keyOfTests(members: Readonly<Record<string, unknown>> = {}): KeyOfTests {
  const { key, id } = makeKey();
  const line = {
    id,
    name: 'shop',
    sha256: hashOf(key).toString('hex'),
    allow: 'publish:orders.>',
    created: '2026-11-26T12:00:00.000Z',
    ...members,
  };
  return { key, id, line: `${JSON.stringify(line)}\n` };
}
