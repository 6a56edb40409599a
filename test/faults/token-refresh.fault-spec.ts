import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CuttingProxy, Program } from '@ws-hub/testing';
import { JWT_SECRET } from '../tokens.js';
import { quantile } from './crowd.js';
import { figure, LONG } from './figures.js';
import { Room, type RoomVerdict } from './room.js';

const CLIENTS = LONG ? 200 : 40;
const SECONDS = LONG ? 60 : 7;
const ROOMS = LONG ? 10 : 2;
const PER_SECOND = 1_000;
const TICK_MS = 5;
/** One of them is cut each second: a connection lives long enough that a lost refresh would end it. */
const PROXIES = LONG ? 10 : 8;
/** The client library renews it after a second, its minimum wait. */
const TOKEN_LIFE_MS = 1_250;
/** How long a connection outlives a token that was not renewed. */
const GRACE_MS = 3_000;

/**
 * The verdict of a kept promise. The first client of each room receives everything, the others all but their own
 * messages.
 */
const KEPT = {
  ...{ lost: 0, outstanding: 0, excused: 0, duplicate: 0, outOfOrder: 0, echoed: 0 },
  ...{ unacknowledged: 0, stopped: 0 },
};

let hub: Program;
let proxies: CuttingProxy[] = [];
let rooms: Room[] = [];
beforeEach(async () => {
  const flags = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', '0', '--token-grace', `${GRACE_MS}`];
  hub = Program.start(['server', ...flags], { AUTH: 'required', JWT_SECRET });
  const port = Number((await hub.event('listening')).port);
  proxies = await Promise.all(Array.from({ length: PROXIES }, () => CuttingProxy.before(port)));
  const urls = Array.from({ length: CLIENTS / ROOMS }, (_, n) => urlOf(n === 0 ? port : portBehind(n)));
  rooms = Array.from({ length: ROOMS }, (_, n) => new Room(`room.${n}`, urls, TOKEN_LIFE_MS));
});
afterEach(async () => {
  await Promise.all(rooms.map((room) => room.leave()));
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await hub.kill();
});

const urlOf = (port: number) => `ws://127.0.0.1:${port}/ws`;
const portBehind = (client: number) => (proxies[client % PROXIES] as CuttingProxy).port;

test(`${CLIENTS} clients that renew their tokens every second while connections are cut miss nothing`, async () => {
  await Promise.all(rooms.map((room) => room.join()));
  const cuts = await talkUnderCuts();
  const verdicts = await Promise.all(rooms.map((room) => room.verdict()));
  figures(verdicts, cuts);
  for (const verdict of verdicts) expect(verdict).toMatchObject(KEPT);
  const asked = rooms.flatMap((room) => room.asked);
  expect(asked.filter(({ rejected, expiring }) => rejected > 0 || expiring === 0)).toEqual([]);
  expect(
    ['access_expired', 'access_refused', 'access_forbidden'].filter((event) => hub.count(event) > 0),
  ).toEqual([]);
}, 180_000);

/**
 * Lets the clients publish at the rate; it is paced by the clock, not used to wait for something.
 *
 * @returns how many connections were cut with traffic in flight
 */
async function talkUnderCuts(): Promise<number> {
  const startMs = performance.now();
  let [said, cuts] = [0, 0];
  while (said < SECONDS * PER_SECOND) {
    const due = ((performance.now() - startMs) / 1_000) * PER_SECOND;
    for (; said < Math.min(due, SECONDS * PER_SECOND); said++) {
      rooms[said % ROOMS]?.talk();
      if (said % PER_SECOND === PER_SECOND - 1) cuts += cut(Math.floor(said / PER_SECOND));
    }
    await wait(TICK_MS);
  }
  return cuts;
}

function cut(turn: number): number {
  const at = turn % PROXIES;
  const behind = rooms.flatMap(({ participants }) =>
    participants.filter(({ index }) => index % PROXIES === at && index > 0),
  );
  const inFlight = behind.filter(({ hasTrafficInFlight }) => hasTrafficInFlight).length;
  proxies[at]?.cut();
  return inFlight;
}

function figures(verdicts: readonly RoomVerdict[], cuts: number): void {
  const asked = rooms.flatMap((room) => room.asked);
  const latenciesMs = rooms.flatMap(({ participants }) => participants.flatMap((each) => each.latenciesMs));
  const total = (name: keyof RoomVerdict) => verdicts.reduce((sum, verdict) => sum + verdict[name], 0);
  const renewals = asked.reduce((sum, { expiring }) => sum + expiring, 0);
  figure(
    `${CLIENTS} clients renew their tokens under ${PER_SECOND} messages/s for ${SECONDS} s: renewals`,
    renewals,
    '',
  );
  figure('… of each client and second', renewals / CLIENTS / SECONDS, '');
  figure('… connections that were cut with traffic in flight', cuts, '');
  figure('… delivered', total('delivered'), '');
  figure('… lost', total('lost') + total('outstanding') + total('excused'), '');
  figure('… duplicate', total('duplicate'), '');
  figure('… out of order', total('outOfOrder'), '');
  figure(
    '… ends because of a token',
    asked.reduce((sum, { rejected }) => sum + rejected, 0) + total('stopped'),
    '',
  );
  figure('… delivery p99, waits for a connection included', quantile(latenciesMs, 0.99), 'ms');
}
