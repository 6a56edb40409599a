import { expect, test } from '@jest/globals';
import { HTTP_LOADS, type HttpLoad } from './loads.js';

const [single, batch] = HTTP_LOADS as [HttpLoad, HttpLoad];

const good = (number: number) => `{"id":"f2330d5c-${number}","duplicate":false}`;
const all = Array.from({ length: batch.messages }, (_, number) => good(number));
const results = (items: readonly string[]) => `{"results":[${items.join(',')}]}`;

test.each([
  ['the id of a new message', single, good(7), true],
  ['a duplicate', single, good(7).replace('false', 'true'), false],
  ['an id without a number', single, good(7).replace('-', ''), false],
  ['an answer with something behind it', single, `${good(7)}\n`, false],
  ['a batch of new messages', batch, results(all), true],
  ['a batch with one answer too few', batch, results(all.slice(1)), false],
  ['a batch with a problem in it', batch, results(all.with(3, '{"status":429}')), false],
])('%s is told from what a load must be answered', (_, load, body, expected) => {
  expect(load.isAnswer(body)).toBe(expected);
});

test('a load sends as many messages of 128 B as it says', () => {
  expect(JSON.parse(single.body).content).toHaveLength(128);
  expect(JSON.parse(batch.body)).toHaveLength(batch.messages);
});
