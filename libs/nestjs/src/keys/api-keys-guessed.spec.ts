import * as crypto from 'node:crypto';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { keyOfTests } from '../testing/key-lines.js';

const SHA256_BYTES = 32;

/** The arguments of all comparisons; the real function compares. */
const compared: [Uint8Array, Uint8Array][] = [];
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  timingSafeEqual: (a: Uint8Array, b: Uint8Array) => {
    compared.push([a, b]);
    return crypto.timingSafeEqual(a, b);
  },
}));
const { WatchedKeys } = await import('../testing/watched-keys.js');

const { key, id, line } = keyOfTests();
const ID_LENGTH = `wsh_${id}_`.length;
let watched: InstanceType<typeof WatchedKeys>;
beforeEach(async () => {
  watched = new WatchedKeys();
  await watched.start(line);
  compared.length = 0;
});
afterEach(() => watched.end());

/** A key that has so many characters in common with the right one. */
function guess(inCommon: number): string {
  const rest = [...key.slice(inCommon)].map((character) => (character === 'A' ? 'B' : 'A')).join('');
  return key.slice(0, inCommon) + rest;
}

test('a guessed key is compared as a whole, by its hash and in constant time, however much of it is right', () => {
  for (let inCommon = ID_LENGTH; inCommon < key.length; inCommon++)
    expect(watched.keys.find(guess(inCommon))).toBeUndefined();
  expect(watched.keys.find(key)?.id).toBe(id);
  expect(compared).toHaveLength(key.length - ID_LENGTH + 1);
  const stored = compared[0]?.[1] as Uint8Array;
  for (const [ofGuess, ofKey] of compared) {
    expect([ofGuess.length, ofKey.length]).toEqual([SHA256_BYTES, SHA256_BYTES]);
    expect(Buffer.compare(ofKey, stored)).toBe(0);
  }
  // Guesses that are nearly right are no closer than others.
  expect(new Set(compared.map(([ofGuess]) => Buffer.from(ofGuess).toString('hex'))).size).toBe(
    compared.length,
  );
});
