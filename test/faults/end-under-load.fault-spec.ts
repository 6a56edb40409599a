import { expect, test } from '@jest/globals';
import { startHubProgram } from '@ws-hub/testing';
import { Crowd, pace, stamped } from './crowd.js';
import { figure, LONG } from './figures.js';

const CLIENTS = 200;
const TALKERS = 10;
const PER_SECOND = 1_000;
const SECONDS = LONG ? 5 : 2;
const DRAIN_TIMEOUT_MS = 10_000;
const SLACK_MS = 3_000;

test('SIGTERM under load: all see 1012, no client misses an accepted message, exit code 0 in time', async () => {
  const { hub, url } = await startHubProgram();
  const crowd = await Crowd.join(url, CLIENTS);
  const talkers = crowd.clients.slice(0, TALKERS);
  let said = 0;
  const talking = pace(SECONDS * PER_SECOND, PER_SECOND, () => {
    const talker = talkers[said++ % TALKERS];
    if (talker?.socket.readyState === talker?.socket.OPEN) talker?.send(`${stamped(60)} ${said}`);
    if (said === (SECONDS * PER_SECOND) / 2) hub.signal('SIGTERM');
  });
  const closed = crowd.closed();
  const draining = await hub.event('draining');
  const exited = await hub.exited;
  const endedMs = Date.now() - Number(draining.time);
  await talking;
  expect(new Set((await closed).map(({ code }) => code))).toEqual(new Set([1012]));
  expect(exited).toEqual({ code: 0, signal: null });
  expect(endedMs).toBeLessThan(DRAIN_TIMEOUT_MS + SLACK_MS);

  // The longest list of each publisher's messages has everything that was sent of it. Every other list must be a
  // prefix.
  const lost = crowd.heard.map((heard) =>
    countHoles(heard.map(({ client_id, content }) => [client_id, content])),
  );
  expect(lost.filter((holes) => holes > 0)).toEqual([]);
  expectOneOrder(crowd);
  figure(
    `SIGTERM with ${CLIENTS} clients under ${PER_SECOND} messages/s: lost`,
    lost.reduce((a, b) => a + b, 0),
    '',
  );
  figure(`SIGTERM with ${CLIENTS} clients: from the signal to the end`, endedMs / 1_000, 's');
}, 120_000);

/** How many messages are missing between two of the same sender: the senders take turns. */
function countHoles(heard: readonly [string, string][]): number {
  const last = new Map<string, number>();
  let holes = 0;
  for (const [sender, content] of heard) {
    const number = Number(content.split(' ').at(-1));
    const before = last.get(sender);
    if (before !== undefined && number !== before + TALKERS) holes++;
    last.set(sender, number);
  }
  return holes;
}

/** Every listener's messages are a prefix of the longest list. */
function expectOneOrder(crowd: Crowd): void {
  const lists = crowd.heard.slice(TALKERS).map((heard) => heard.map(({ content }) => content));
  const longest = lists.reduce((a, b) => (b.length > a.length ? b : a));
  for (const list of lists) expect(list).toEqual(longest.slice(0, list.length));
}
