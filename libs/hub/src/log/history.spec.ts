import { expect, test } from '@jest/globals';
import { testEnvironment } from '../testing/test-environment.js';
import { readHistory } from './history.js';
import { memoryLog } from './memory.log.js';

/** More than are looked at in one turn of the event loop. */
const MANY = 1_500;

test('what was said is read up to where the order stood when the reading began', async () => {
  const log = memoryLog()(testEnvironment());
  const say = (content: string, channel = 'main') =>
    log.append({ channel, clientId: 'alice', key: undefined, timestamp: 1, content });
  for (let n = 1; n <= MANY; n++) say(String(n), n % 2 === 0 ? 'main' : 'other');
  const reading = readHistory(log, 'main', 10_000);
  say('late');
  const read = await reading;
  expect(read.map(({ content }) => content)).toEqual(
    Array.from({ length: MANY / 2 }, (_, n) => String(2 * (n + 1))),
  );
  expect((await readHistory(log, 'main', 2)).map(({ content }) => content)).toEqual([String(MANY), 'late']);
});
