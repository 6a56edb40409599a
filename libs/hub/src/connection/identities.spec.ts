import { expect, test } from '@jest/globals';
import type { Connection } from './connection.js';
import { Identities } from './identities.js';

const connection = () => ({}) as Connection;

/** Connects, is charged if `causes`, and leaves. @returns the account of the visit */
function visit(identities: Identities, clientId: string, causes = true) {
  const visitor = connection();
  visitor.identity = identities.add(visitor, clientId);
  const account = causes ? visitor.identity.account : undefined;
  identities.remove(visitor);
  return account;
}

test('a client that reconnects has the account that it left with', () => {
  const identities = new Identities();
  const account = visit(identities, 'a');
  visit(identities, 'b');
  expect(identities.get('a')).toBeUndefined();
  expect(visit(identities, 'a')).toBe(account);
  expect(visit(identities, 'b')).not.toBe(account);
});

test('accounts of the first to leave are forgotten when there are many, and clients that caused nothing have none', () => {
  const identities = new Identities();
  const [first, last] = [visit(identities, 'first'), visit(identities, 'last')];
  for (let n = 0; n < 10_000; n++) visit(identities, `idle-${n}`, false);
  for (let n = 0; n < 4_095; n++) visit(identities, `busy-${n}`);
  expect(visit(identities, 'last')).toBe(last);
  expect(visit(identities, 'first')).not.toBe(first);
});
