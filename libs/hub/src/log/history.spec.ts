import { expect, test } from '@jest/globals';
import { Account } from '../backpressure/account.js';
import { WorkBudget } from '../backpressure/work-budget.js';
import { HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { testEnvironment } from '../testing/test-environment.js';
import { SystemClock } from '../time/clock.js';
import { type HistoryRequest, readHistory } from './history.js';
import { memoryLog } from './memory.log.js';

/** More than are examined in one turn of the event loop. */
const MANY = 1_500;

function startReading() {
  const log = memoryLog({ logMaxMessages: 2_000 })(testEnvironment());
  const guard = new Guard(new HubEvents());
  const budget = new WorkBudget(new SystemClock(), guard);
  const account = new Account();
  const say = (content: string, channel = 'main') =>
    log.append({ channel, clientId: 'alice', key: undefined, timestamp: 1, content });
  const read = async (request: Omit<HistoryRequest, 'channel'>) => {
    const page = await readHistory({ log, guard, budget }, { channel: 'main', ...request }, account);
    return { contents: page.entries.map(({ content }) => content), position: log.textOf(page.position) };
  };
  return { log, say, read, account };
}

test('messages are read up to the head when the reading began', async () => {
  const { say, read, log } = startReading();
  for (let n = 1; n <= MANY; n++) say(String(n), n % 2 === 0 ? 'main' : 'other');
  const head = log.textOf(log.head);
  const reading = read({ limit: 10_000 });
  say('late');
  expect(await reading).toEqual({
    contents: Array.from({ length: MANY / 2 }, (_, n) => String(2 * (n + 1))),
    position: head,
  });
  expect((await read({ limit: 2 })).contents).toEqual([String(MANY), 'late']);
});

test('pages follow on each other without a seam, bounded by messages and by bytes, and the last ends at the head', async () => {
  const { say, read, log } = startReading();
  say('first');
  const since = log.textOf(log.head);
  for (let n = 0; n < 10; n++) {
    say('x'.repeat(n === 4 ? 500 : 10));
    say('between', 'other');
  }
  const sizes: number[][] = [];
  let position = since;
  while (position !== log.textOf(log.head)) {
    const page = await read({ limit: 3, maxBytes: 100, since: position });
    sizes.push(page.contents.map(({ length }) => length));
    position = page.position;
  }
  expect(sizes).toEqual([[10, 10, 10], [10], [500], [10, 10, 10], [10, 10]]);
});

test('the newest are those that have room', async () => {
  const { say, read, log } = startReading();
  for (const content of ['aaaa', 'bbbb', 'cccc']) say(content);
  const position = log.textOf(log.head);
  expect(await read({ limit: 10, maxBytes: 12 })).toEqual({ contents: ['bbbb', 'cccc'], position });
  expect(await read({ limit: 10, maxBytes: 1 })).toEqual({ contents: ['cccc'], position });
});

test('what grows when it is escaped counts as it travels', async () => {
  const { say, read, log } = startReading();
  say('a');
  const since = log.textOf(log.head);
  for (let n = 0; n < 3; n++) say('\u0001'.repeat(10));
  // Each takes 62 bytes as JSON.
  expect((await read({ limit: 10, maxBytes: 130, since })).contents).toHaveLength(2);
  expect((await read({ limit: 10, maxBytes: 130 })).contents).toHaveLength(2);
});

test('a reading that the log overtakes ends with an error', async () => {
  const { say, read, log } = startReading();
  say('first');
  const since = log.textOf(log.head);
  for (let n = 0; n < MANY; n++) say('x', 'other');
  const reading = read({ limit: 1, since });
  for (let n = 0; n < 3_000; n++) say('y');
  await expect(reading).rejects.toMatchObject({ code: 'gone' });
});

test('the reader is charged for it', async () => {
  const { say, read, account } = startReading();
  for (let n = 1; n <= MANY; n++) say(String(n));
  await read({ limit: 10 });
  expect(account.work).toBeDefined();
});
