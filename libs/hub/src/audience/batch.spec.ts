import { describe, expect, test } from '@jest/globals';
import { Batch } from './batch.js';

const [alice, bob, carol] = [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }];

function batchOf(...said: [object, string, string?][]): Batch<object, object> {
  const batch = new Batch<object, object>();
  for (const [sender, frame, instead] of said) say(batch, sender, frame, instead);
  return batch;
}
function say(batch: Batch<object, object>, sender: object, frame: string, instead?: string): void {
  batch.add(Buffer.from(frame), sender, instead === undefined ? undefined : Buffer.from(instead));
}
// In these tests every identity has one connection, unless two are named.
const heard = (batch: Batch<object, object>, who: object, on = who) => batch.bytesFor(who, on).toString();
const count = (batch: Batch<object, object>, who: object, on = who) => batch.messagesFor(who, on);

describe('a batch', () => {
  test('gives all messages, in order, to one that published nothing', () => {
    const batch = batchOf([alice, 'a1 '], [bob, 'b1 '], [alice, 'a2 ']);
    expect(heard(batch, carol)).toBe('a1 b1 a2 ');
    expect(count(batch, carol)).toBe(3);
  });

  test('shares the same bytes between all that published nothing', () => {
    const batch = batchOf([alice, 'a1 '], [alice, 'a2 ']);
    expect(batch.bytesFor(bob, bob)).toBe(batch.bytesFor(carol, carol));
  });

  test('leaves out the own messages of one that published, wherever they are', () => {
    const batch = batchOf(
      [alice, 'a1 '],
      [alice, 'a2 '],
      [bob, 'b1 '],
      [alice, 'a3 '],
      [carol, 'c1 '],
      [bob, 'b2 '],
    );
    expect(heard(batch, alice)).toBe('b1 c1 b2 ');
    expect(heard(batch, bob)).toBe('a1 a2 a3 c1 ');
    expect(heard(batch, carol)).toBe('a1 a2 b1 a3 b2 ');
    expect([alice, bob, carol].map((who) => count(batch, who))).toEqual([3, 4, 5]);
  });

  test('gives acks in the places of its own messages to one that waits for them', () => {
    const batch = batchOf([alice, 'a1 ', '+1 '], [alice, 'a2 ', '+2 '], [bob, 'b1 '], [alice, 'a3 ', '+3 ']);
    batch.addFor(alice, Buffer.from('+4 '));
    batch.addFor(bob, Buffer.from('+5 '));
    expect(heard(batch, alice)).toBe('+1 +2 b1 +3 +4 ');
    expect(heard(batch, bob)).toBe('a1 a2 a3 +5 ');
    expect(heard(batch, carol)).toBe('a1 a2 b1 a3 ');
    expect([alice, bob, carol].map((who) => count(batch, who))).toEqual([1, 3, 4]);
  });

  test('withholds from a new member what was published before it joined, and its own messages', () => {
    const batch = batchOf([alice, 'a1 '], [alice, 'a2 ']);
    batch.joinHere(bob);
    expect(count(batch, bob)).toBe(0);
    say(batch, alice, 'a3 ');
    say(batch, bob, 'b1 ');
    say(batch, alice, 'a4 ');
    expect(heard(batch, bob)).toBe('a3 a4 ');
    expect(count(batch, bob)).toBe(2);
  });

  test('distinguishes two connections of one identity, of which one joined later', () => {
    const [old, fresh] = [{}, {}];
    const batch = batchOf([alice, 'a1 ', '+1 '], [bob, 'b1 ']);
    batch.addFor(alice, Buffer.from('+2 '));
    batch.joinHere(fresh);
    batch.addFor(alice, Buffer.from('+3 '));
    say(batch, alice, 'a4 ', '+4 ');
    say(batch, bob, 'b2 ');
    expect(heard(batch, alice, old)).toBe('+1 b1 +2 +3 +4 b2 ');
    expect(heard(batch, alice, fresh)).toBe('+3 +4 b2 ');
    expect([count(batch, alice, old), count(batch, alice, fresh)]).toEqual([2, 1]);
  });

  test('accepts more acks in one place than a call can have arguments, and counts their bytes', () => {
    const batch = new Batch<object, object>();
    for (let n = 0; n < 250_000; n++) batch.addFor(alice, Buffer.from('+'));
    expect(batch.bytesFor(alice, alice).length).toBe(250_000);
    expect([batch.bytes, batch.messages]).toEqual([250_000, 0]);
  });

  test('is empty until something is added, and again after it was cleared', () => {
    const batch = new Batch<object, object>();
    expect(batch.isEmpty).toBe(true);
    batch.addFor(alice, Buffer.from('+1 '));
    expect([batch.isEmpty, batch.messages]).toEqual([false, 0]);
    say(batch, alice, 'a1 ');
    batch.clear();
    expect([batch.isEmpty, batch.messages, batch.bytes]).toEqual([true, 0, 0]);
    say(batch, bob, 'b1 ');
    expect(heard(batch, alice)).toBe('b1 ');
  });
});
