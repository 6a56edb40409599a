import { beforeEach, expect, test } from '@jest/globals';
import { Hub } from '../hub.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { memoryLog } from '../log/index.js';
import { MAX_NOTICE_BYTES } from '../log/notice.js';
import { TestClock } from '../testing/test-clock.js';
import { testEnvironment } from '../testing/test-environment.js';

let clock: TestClock;
let hub: Hub;
const now = Promise.resolve();

beforeEach(() => {
  clock = new TestClock();
  hub = new Hub(HUB_DEFAULTS, memoryLog()(testEnvironment(clock)), clock);
});

test('a caller gets the answers of all hubs that know the subject', async () => {
  hub.inquiries.onAsked('name', (question) => `${question}: a`);
  expect(await hub.inquiries.ask('name', 'q', now)).toEqual(['q: a']);
  expect(await hub.inquiries.ask('age', 'q', now)).toEqual([]);
});

test('ten concurrent callers are answered, and one that keeps asking is answered ten times a second', async () => {
  let asked = 0;
  hub.inquiries.onAsked('name', () => String(++asked));
  for (let n = 1; n <= 10; n++) expect(await hub.inquiries.ask('name', '', now)).toEqual([String(n)]);
  expect(await hub.inquiries.ask('name', '', now)).toEqual([]);
  clock.nowMs += 100;
  expect(await hub.inquiries.ask('name', '', now)).toEqual(['11']);
  expect(await hub.inquiries.ask('name', '', now)).toEqual([]);
});

test('an answer that is longer than a notice is dropped', async () => {
  hub.inquiries.onAsked('name', () => 'x'.repeat(MAX_NOTICE_BYTES + 1));
  expect(await hub.inquiries.ask('name', '', now)).toEqual([]);
});
