import { expect, test } from '@jest/globals';
import { PackedMessages } from './packed-messages.js';

test('gives back what was added, in its order, parts of the same chunk or not', () => {
  const chunk = Buffer.from('..one.two');
  const messages = new PackedMessages();
  for (const each of [chunk.subarray(2, 5), chunk.subarray(6), Buffer.alloc(0), Buffer.from('three')])
    messages.add(each);
  const taken: string[] = [];
  while (!messages.isEmpty) taken.push(messages.take().toString());
  expect(taken).toEqual(['one', 'two', '', 'three']);
  expect(() => messages.take()).toThrow('nothing waits');
});
