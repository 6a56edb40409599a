import { expect, test } from '@jest/globals';
import { EntryMac } from './entry-mac.js';

const OLD = 'a secret of more than thirty-two bytes';
const NEW = 'another secret of more than thirty-two bytes';
const ENTRY = {
  subject: 'ws-hub.main',
  id: 'alice:k',
  said: '1795000000',
  user: '',
  data: Buffer.from('hello'),
};
const macWith = (hubSecret: string, hubSecretPrevious = '') => new EntryMac({ hubSecret, hubSecretPrevious });

test('an entry without a user has the proof that it had before there were users', () => {
  expect(macWith(OLD).of(ENTRY)).toBe('tXXiliZAOCWPsuZkYCOmO3BxFqoi2ZL8hcKR9caBs3I');
});

test('what belongs to one part of an entry is not proven in another', () => {
  const proof = macWith(OLD).of({ ...ENTRY, user: 'alice' });
  expect(macWith(OLD).proves(proof, { ...ENTRY, user: 'alice' })).toBe(true);
  expect(macWith(OLD).proves(proof, { ...ENTRY, data: Buffer.from('alice\nhello') })).toBe(false);
});

test('entries of both secrets are proven, and new ones are made with the current one', () => {
  const both = macWith(NEW, OLD);
  expect(both.of(ENTRY)).toBe(macWith(NEW).of(ENTRY));
  expect(both.proves(macWith(OLD).of(ENTRY), ENTRY)).toBe(true);
  expect(both.proves(macWith('a third secret of more than 32 bytes').of(ENTRY), ENTRY)).toBe(false);
  expect(macWith(NEW).proves(macWith(OLD).of(ENTRY), ENTRY)).toBe(false);
});
