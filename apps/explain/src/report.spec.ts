import { expect, test } from '@jest/globals';
import type { ClientFate, Explanation } from '@ws-hub/console-api';
import { reportOf } from './report.js';

const fate = (clientId: string, rest: Partial<ClientFate>): ClientFate => ({
  hub: '1a2b3c4d',
  clientId,
  address: '192.0.2.1',
  dialect: 'hub.v1',
  fate: 'delivered',
  reason: 'it was written',
  isConnected: true,
  ...rest,
});

const answer: Explanation = {
  message: {
    id: 'm-1',
    channel: 'room.1',
    clientId: 'sender-1',
    user: 'alice',
    timestamp: 1_795_438_000,
    contentLength: 5,
    storedIn: 'the stream "ws-hub" in NATS',
    hub: '1a2b3c4d',
    ackedAt: 1_795_438_000_013,
  },
  clients: [
    fate('c-1', { user: 'bob', at: 1_795_438_000_015 }),
    fate('client-2', { hub: '5e6f7a8b', fate: 'slow', reason: 'it was closed: 4 MB waited' }),
    fate('c-3', { at: 1_795_438_000_016 }),
  ],
  total: 250,
  hubs: ['1a2b3c4d', '5e6f7a8b'],
  notes: ['recorded since 12:00', 'hub 9 did not answer'],
};

test('a report has the message, a row for each client, totals and notes', () => {
  expect(reportOf(answer).join('\n')).toBe(`message   m-1
channel   room.1
sender    sender-1
user      alice
said      2026-11-23T12:46:40Z
length    5 characters
stored    the stream "ws-hub" in NATS
taken by  hub 1a2b3c4d
acked     2026-11-23T12:46:40.013Z

client    user  hub       fate       time                      reason
c-1       bob   1a2b3c4d  delivered  2026-11-23T12:46:40.015Z  it was written
client-2  -     5e6f7a8b  slow       -                         it was closed: 4 MB waited
c-3       -     1a2b3c4d  delivered  2026-11-23T12:46:40.016Z  it was written

clients    250; the first 3 are above
delivered  2
slow       1
hubs       1a2b3c4d, 5e6f7a8b
note       recorded since 12:00
note       hub 9 did not answer`);
});

test('a report says what was not recorded', () => {
  const { hub: _hub, user: _user, ackedAt: _acked, ...message } = answer.message;
  const lines = reportOf({ message, clients: [], total: 0, hubs: [], notes: [] });
  expect(lines.slice(3)).toEqual([
    'user      -',
    'said      2026-11-23T12:46:40Z',
    'length    5 characters',
    'stored    the stream "ws-hub" in NATS',
    'taken by  not recorded',
    'acked     not recorded, or it had no key',
    '',
    'no client is recorded',
    '',
    'clients  0',
    'hubs     none',
  ]);
});

test('no text of a peer steers the terminal, or makes a line of its own', () => {
  const evil = '\u001b[2J\n\u202e';
  const message = { ...answer.message, id: evil, channel: evil, clientId: evil, user: evil, hub: evil };
  const clients = [fate(evil, { user: evil, hub: evil, reason: evil })];
  const lines = reportOf({ message, clients, total: 1, hubs: [evil], notes: [evil] });
  expect(lines).toHaveLength(9 + 1 + 2 + 1 + 4);
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
});

test('a report has as many rows as whatever answers has sent', () => {
  const clients = Array.from({ length: 200_000 }, () => fate('c', {}));
  expect(reportOf({ ...answer, clients, total: clients.length }).length).toBeGreaterThan(clients.length);
});
