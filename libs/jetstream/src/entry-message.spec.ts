import { expect, test } from '@jest/globals';
import type { Draft } from '@ws-hub/hub';
import { EntryMessages } from './entry-message.js';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER = '00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01';
const DRAFT: Draft = { channel: 'main', clientId: 'alice', key: 'k', timestamp: 1, content: 'hi' };
const SETTINGS = { natsSubjectPrefix: 'ws-hub', maxPayload: 100, hubSecretPrevious: '' };
const messages = new EntryMessages({ ...SETTINGS, hubSecret: 'a secret of more than thirty-two bytes' });
const made = (change: Partial<Draft> = {}) => messages.messageOf({ ...DRAFT, ...change }, 'k');

test('an entry has the trace that it was published with', () => {
  expect(messages.entryOf(made({ trace: TRACE }), 1)).toMatchObject({ ...DRAFT, trace: TRACE });
  expect(messages.entryOf(made({ trace: TRACE, user: 'zoë' }), 1)).toMatchObject({
    user: 'zoë',
    trace: TRACE,
  });
});

test('an entry without a trace is written as before traces existed', () => {
  expect(messages.entryOf(made(), 1)?.trace).toBeUndefined();
  expect([...made().headers.keys()].toSorted()).toEqual(['Hub-Mac', 'Hub-Said', 'Nats-Msg-Id']);
});

test('a hub of before there were traces reads an entry with one', () => {
  expect(made({ trace: TRACE }).headers.get('Hub-Mac')).toBe(made().headers.get('Hub-Mac'));
});

test.each([
  ['another trace', () => made({ trace: TRACE }).headers.get('Hub-Trace').replace(TRACE, OTHER)],
  ['no proof', () => TRACE],
  ['the trace of another entry', () => made({ trace: TRACE, content: 'ho' }).headers.get('Hub-Trace')],
  ['a trace that another secret proves', () => forged().headers.get('Hub-Trace')],
  ['no trace at all', () => ' '],
])('an intruder that writes %s into NATS changes nothing of the entry', (_what, header) => {
  const message = made({ trace: TRACE });
  message.headers.set('Hub-Trace', header());
  expect(messages.entryOf(message, 1)).toEqual({ ...messages.entryOf(made(), 1), trace: undefined });
});

function forged() {
  const others = new EntryMessages({ ...SETTINGS, hubSecret: 'another secret of more than 32 bytes' });
  return others.messageOf({ ...DRAFT, trace: TRACE }, 'k');
}
