import { beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_NOTICES } from '../log/notice.js';
import { TestClock } from '../testing/test-clock.js';
import { Access, type AccessTerms } from './access.js';
import { NO_GRANTS } from './grants.js';
import { readRevocation, revocationNotice } from './revocation-notice.js';
import { type Revocation, Revocations } from './revocations.js';

const DAY_MS = 86_400_000;

describe('revocations', () => {
  let clock: TestClock;
  let revocations: Revocations;
  beforeEach(() => {
    clock = new TestClock();
    revocations = new Revocations(clock);
  });

  const isRevoked = (terms: AccessTerms) => revocations.isRevoked(new Access(NO_GRANTS, terms));
  const add = (revocation: Partial<Revocation>) =>
    revocations.add({ issuedBeforeS: 100, untilMs: DAY_MS, ...revocation });

  test('of a user are for its tokens of before', () => {
    add({ user: 'alice' });
    expect(isRevoked({ user: 'alice', issuedAtS: 99 })).toBe(true);
    expect(isRevoked({ user: 'alice' })).toBe(true);
    expect(isRevoked({ user: 'alice', issuedAtS: 100 })).toBe(false);
    expect(isRevoked({ user: 'bob', issuedAtS: 1 })).toBe(false);
    expect(isRevoked({ issuedAtS: 1 })).toBe(false);
  });

  test('of a token are for that one, whenever it was issued, and not for a user of that name', () => {
    add({ tokenId: 'alice' });
    expect(isRevoked({ tokenId: 'alice', issuedAtS: 1_000 })).toBe(true);
    expect(isRevoked({ user: 'alice', issuedAtS: 1 })).toBe(false);
  });

  test('of all apply to every user, also to one with a revocation of its own', () => {
    add({});
    add({ user: 'alice', issuedBeforeS: 50 });
    expect(isRevoked({ user: 'alice', issuedAtS: 70 })).toBe(true);
    expect(isRevoked({ issuedAtS: 70 })).toBe(true);
    expect(isRevoked({ issuedAtS: 100 })).toBe(false);
  });

  test('are not weakened by a later, weaker one', () => {
    expect(add({ user: 'alice' })).toBe(true);
    expect(add({ user: 'alice', issuedBeforeS: 10, untilMs: 1 })).toBe(false);
    expect(isRevoked({ user: 'alice', issuedAtS: 99 })).toBe(true);
    expect(add({ user: 'alice', issuedBeforeS: 110 })).toBe(true);
    expect(isRevoked({ user: 'alice', issuedAtS: 105 })).toBe(true);
  });

  test('are forgotten when the tokens that they mean have expired', () => {
    for (let n = 0; n < 100; n++) add({ user: `user-${n}` });
    clock.wallSeconds = (2 * DAY_MS) / 1_000;
    for (let n = 0; n < 100; n++) add({ user: `later-${n}`, untilMs: 3 * DAY_MS });
    expect(revocations.size).toBe(100);
  });

  test('have room until all that there may be are in force', () => {
    for (let n = 0; n < MAX_NOTICES; n++) add({ user: `user-${n}`, untilMs: n < 10 ? 1_000 : DAY_MS });
    const one = { user: 'one more', issuedBeforeS: 1, untilMs: DAY_MS };
    expect(revocations.hasRoomFor({ ...one, user: 'user-7' })).toBe(true);
    expect(revocations.hasRoomFor(one)).toBe(false);
    clock.wallSeconds = 2;
    expect(revocations.hasRoomFor(one)).toBe(true);
  });

  test.each<Revocation>([
    { user: 'alice', tokenId: undefined, issuedBeforeS: 1, untilMs: 2_000 },
    { user: undefined, tokenId: 'a b', issuedBeforeS: 1, untilMs: 2_000 },
    { user: undefined, tokenId: undefined, issuedBeforeS: 1, untilMs: 2_000 },
  ])('are told to other hubs as %j', (revocation) => {
    const notice = revocationNotice(revocation, 500);
    expect(notice.keepMs).toBe(1_500);
    expect(readRevocation(notice)).toEqual(revocation);
  });
});
