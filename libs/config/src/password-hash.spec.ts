import { expect, test } from '@jest/globals';
import { hashPassword, isPassword, type PasswordHash, parsePasswordHash } from './password-hash.js';

const parsed = (text: string) => parsePasswordHash(text) as PasswordHash;

test('a password is that of its hash, in either Unicode form, and no other is', async () => {
  const hash = parsed(await hashPassword('caf\u00e9 at the corner'));
  expect(await isPassword('cafe\u0301 at the corner', hash)).toBe(true);
  expect(await isPassword('Caf\u00e9 at the corner', hash)).toBe(false);
});

test('the same password has another hash each time', async () => {
  expect(await hashPassword('once more')).not.toBe(await hashPassword('once more'));
});

const REST = `${'A'.repeat(22)}$${'A'.repeat(43)}`;
test.each([
  ['nothing', ''],
  ['a password', 'correct horse battery staple'],
  ['another function', `bcrypt$16384$8$5$${REST}`],
  ['no power of two', `scrypt$16383$8$5$${REST}`],
  ['no cost', `scrypt$1$8$5$${REST}`],
  ['more memory than is allowed', `scrypt$131072$8$1$${REST}`],
  ['more work than is allowed', `scrypt$16384$8$17$${REST}`],
  ['no hash', `scrypt$16384$8$5$${'A'.repeat(22)}$`],
  ['a second line', `scrypt$16384$8$5$${REST}\nx`],
])('%s is no hash of a password', (_what, text) => {
  expect(parsePasswordHash(text)).toBeUndefined();
});

test('the hash of a stranger is read as it is written', () => {
  expect(parsePasswordHash(`scrypt$16384$8$5$${REST}`)).toMatchObject({ N: 16_384, r: 8, p: 5 });
});
