import { describe, expect, test } from '@jest/globals';
import {
  hashOf,
  isKeyAllow,
  isKeyName,
  KEY_ALLOW_RULE,
  keyIdOf,
  looksLikeKey,
  makeKey,
  parseKeyRights,
} from './api-key.js';

describe('a new key', () => {
  test('has 256 bits that no other has, and its id in it', () => {
    const keys = Array.from({ length: 100 }, makeKey);
    expect(new Set(keys.map(({ key }) => key.slice(13))).size).toBe(100);
    for (const { key, id } of keys) {
      expect(key).toMatch(/^wsh_[a-z0-9]{8}_[\w-]{43}$/);
      expect(Buffer.from(key.slice(13), 'base64url')).toHaveLength(32);
      expect([keyIdOf(key), looksLikeKey(key)]).toEqual([id, true]);
    }
  });

  test('is known by its SHA-256', () => {
    expect(hashOf('abc').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});

test.each(['', 'wsh_', 'wsh_abcdefgh_', `wsh_ABCDEFGH_${'a'.repeat(43)}`, `wsh_abcdefgh_${'a'.repeat(44)}`])(
  'no id is in %j',
  (text) => expect(keyIdOf(text)).toBeUndefined(),
);

describe('the name of a key', () => {
  test.each(['a', '7', 'order-service', 'eu.shop_2', 'a'.repeat(64)])('may be %j', (name) =>
    expect(isKeyName(name)).toBe(true),
  );

  test.each(['', '.a', '-a', '_a', 'a b', 'a/b', 'ä', 'a\n', 'a'.repeat(65), makeKey().key, 'wsh_x'])(
    'may not be %j',
    (name) => expect(isKeyName(name)).toBe(false),
  );

  test('leaves room for the key. before it in a client id of 128 characters', () => {
    expect(`key.${'a'.repeat(64)}`.length).toBeLessThanOrEqual(128);
  });
});

describe('what a key allows', () => {
  test('are rights on channels, and admin beside them', () => {
    expect(parseKeyRights('publish:>, history:orders.* ,admin:>')).toEqual({
      rights: [
        { match: '>', allow: ['publish'] },
        { match: 'orders.*', allow: ['history'] },
      ],
      isAdmin: true,
    });
  });

  test('may be admin alone, or nothing', () => {
    expect(parseKeyRights('admin:>')).toEqual({ rights: [], isAdmin: true });
    expect(parseKeyRights('')).toEqual({ rights: [], isAdmin: false });
  });

  test('is not admin because it is every action', () => {
    expect(parseKeyRights('*:>').isAdmin).toBe(false);
  });

  test.each(['admin:orders', 'admin', 'admin:*', 'publish', 'write:>', 'publish:', 'publish:>.a', 'wsh_x'])(
    'is not %j',
    (text) => {
      expect(isKeyAllow(text)).toBe(false);
      expect(() => parseKeyRights(text)).toThrow(TypeError);
    },
  );

  test('is named in words with all of it', () => {
    for (const word of ['subscribe', 'publish', 'history', 'presence', 'admin:>', '*', '100'])
      expect(KEY_ALLOW_RULE).toContain(word);
  });
});
