import { describe, expect, test } from '@jest/globals';
import { Turn } from './turn.js';

const [alice, bob, carol] = [{ name: 'alice' }, { name: 'bob' }, { name: 'carol' }];

function turnOf(...said: [object, string][]): Turn<object> {
  const turn = new Turn<object>();
  for (const [sender, frame] of said) turn.add(Buffer.from(frame), sender);
  return turn;
}
const heard = (turn: Turn<object>, member: object) => turn.bytesFor(member).toString();

describe('a turn', () => {
  test('gives all that was said, in order, to one that said nothing', () => {
    const turn = turnOf([alice, 'a1 '], [bob, 'b1 '], [alice, 'a2 ']);
    expect(heard(turn, carol)).toBe('a1 b1 a2 ');
    expect(turn.messagesFor(carol)).toBe(3);
  });

  test('shares the same bytes between all that said nothing', () => {
    const turn = turnOf([alice, 'a1 '], [alice, 'a2 ']);
    expect(turn.bytesFor(bob)).toBe(turn.bytesFor(carol));
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
    expect([alice, bob, carol].map((member) => turn.messagesFor(member))).toEqual([3, 4, 5]);
  });

  test('withholds from a newcomer what was said before it came, and what it says itself', () => {
    const turn = turnOf([alice, 'a1 '], [alice, 'a2 ']);
    turn.skipSoFar(bob);
    expect(turn.messagesFor(bob)).toBe(0);
    turn.add(Buffer.from('a3 '), alice);
    turn.add(Buffer.from('b1 '), bob);
    turn.add(Buffer.from('a4 '), alice);
    expect(heard(turn, bob)).toBe('a3 a4 ');
    expect(turn.messagesFor(bob)).toBe(2);
  });

  test('is new after it was cleared', () => {
    const turn = turnOf([alice, 'a1 ']);
    turn.clear();
    expect([turn.messages, turn.bytes]).toEqual([0, 0]);
    turn.add(Buffer.from('b1 '), bob);
    expect(heard(turn, alice)).toBe('b1 ');
  });
});
