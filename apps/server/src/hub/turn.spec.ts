import { describe, expect, test } from '@jest/globals';
import { Turn } from './turn.js';

const [alice, bob, carol] = [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }];

function turnOf(...said: [object, string, string?][]): Turn<object, object> {
  const turn = new Turn<object, object>();
  for (const [sender, frame, instead] of said) say(turn, sender, frame, instead);
  return turn;
}
function say(turn: Turn<object, object>, sender: object, frame: string, instead?: string): void {
  turn.add(Buffer.from(frame), sender, instead === undefined ? undefined : Buffer.from(instead));
}
// In these facts everybody has one connection, but for where two are named.
const heard = (turn: Turn<object, object>, who: object, on = who) => turn.bytesFor(who, on).toString();
const count = (turn: Turn<object, object>, who: object, on = who) => turn.messagesFor(who, on);

describe('a turn', () => {
  test('gives all that was said, in order, to one that said nothing', () => {
    const turn = turnOf([alice, 'a1 '], [bob, 'b1 '], [alice, 'a2 ']);
    expect(heard(turn, carol)).toBe('a1 b1 a2 ');
    expect(count(turn, carol)).toBe(3);
  });

  test('shares the same bytes between all that said nothing', () => {
    const turn = turnOf([alice, 'a1 '], [alice, 'a2 ']);
    expect(turn.bytesFor(bob, bob)).toBe(turn.bytesFor(carol, carol));
  });

  test('leaves its own messages out for one that spoke, wherever they stand', () => {
    const turn = turnOf(
      [alice, 'a1 '],
      [alice, 'a2 '],
      [bob, 'b1 '],
      [alice, 'a3 '],
      [carol, 'c1 '],
      [bob, 'b2 '],
    );
    expect(heard(turn, alice)).toBe('b1 c1 b2 ');
    expect(heard(turn, bob)).toBe('a1 a2 a3 c1 ');
    expect(heard(turn, carol)).toBe('a1 a2 b1 a3 b2 ');
    expect([alice, bob, carol].map((who) => count(turn, who))).toEqual([3, 4, 5]);
  });

  test('gives acks in the places of its own messages to one that waits for them', () => {
    const turn = turnOf([alice, 'a1 ', '+1 '], [alice, 'a2 ', '+2 '], [bob, 'b1 '], [alice, 'a3 ', '+3 ']);
    turn.addFor(alice, Buffer.from('+4 '));
    turn.addFor(bob, Buffer.from('+5 '));
    expect(heard(turn, alice)).toBe('+1 +2 b1 +3 +4 ');
    expect(heard(turn, bob)).toBe('a1 a2 a3 +5 ');
    expect(heard(turn, carol)).toBe('a1 a2 b1 a3 ');
    expect([alice, bob, carol].map((who) => count(turn, who))).toEqual([1, 3, 4]);
  });

  test('withholds from a newcomer what was said before it came, and what it says itself', () => {
    const turn = turnOf([alice, 'a1 '], [alice, 'a2 ']);
    turn.startHere(bob);
    expect(count(turn, bob)).toBe(0);
    say(turn, alice, 'a3 ');
    say(turn, bob, 'b1 ');
    say(turn, alice, 'a4 ');
    expect(heard(turn, bob)).toBe('a3 a4 ');
    expect(count(turn, bob)).toBe(2);
  });

  test('tells two connections of one identity apart, of which one came later', () => {
    const [old, fresh] = [{}, {}];
    const turn = turnOf([alice, 'a1 ', '+1 '], [bob, 'b1 ']);
    turn.addFor(alice, Buffer.from('+2 '));
    turn.startHere(fresh);
    turn.addFor(alice, Buffer.from('+3 '));
    say(turn, alice, 'a4 ', '+4 ');
    say(turn, bob, 'b2 ');
    expect(heard(turn, alice, old)).toBe('+1 b1 +2 +3 +4 b2 ');
    expect(heard(turn, alice, fresh)).toBe('+3 +4 b2 ');
    expect([count(turn, alice, old), count(turn, alice, fresh)]).toEqual([2, 1]);
  });

  test('takes more acks in one place than a call can have arguments, and counts their bytes', () => {
    const turn = new Turn<object, object>();
    for (let n = 0; n < 250_000; n++) turn.addFor(alice, Buffer.from('+'));
    expect(turn.bytesFor(alice, alice).length).toBe(250_000);
    expect([turn.bytes, turn.messages]).toEqual([250_000, 0]);
  });

  test('is empty until something is said to anybody, and again after it was cleared', () => {
    const turn = new Turn<object, object>();
    expect(turn.isEmpty).toBe(true);
    turn.addFor(alice, Buffer.from('+1 '));
    expect([turn.isEmpty, turn.messages]).toEqual([false, 0]);
    say(turn, alice, 'a1 ');
    turn.clear();
    expect([turn.isEmpty, turn.messages, turn.bytes]).toEqual([true, 0, 0]);
    say(turn, bob, 'b1 ');
    expect(heard(turn, alice)).toBe('b1 ');
  });
});
