import type { Attack, Target } from '../attack.js';
import { AttackSocket, frames, helloOf } from '../attack-socket.js';
import { pour, times, within } from '../load.js';
import { badToken, goodToken, TOKENS_ARE_OPTIONAL, USER } from '../tokens.js';

const SECONDS = { short: 0.7, long: 10 };
const MAX_LOOP_P99_MS = 50;
const CONNECTIONS = 16;
const HELLOS = 100;
const BATCH = 200;

const seconds = (long: boolean) => (long ? SECONDS.long : SECONDS.short);

export const badHellos: Attack = {
  finding: '–',
  name: `${HELLOS} clients that come with bad tokens in their hellos, again and again`,
  env: TOKENS_ARE_OPTIONAL,
  hasKeySet: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  run: (hub) =>
    comeback(hub, 'hellos', async (at) => {
      const socket = await AttackSocket.openV1(hub.port);
      const welcome = await socket.ask(helloOf({ token: badToken(at) }), '"type":"welcome"');
      return welcome === undefined;
    }),
};

/** Reconnects as fast as it is rejected. @param come returns whether it was rejected */
async function comeback({ long, begin, note }: Target, what: string, come: (at: number) => Promise<boolean>) {
  await begin();
  const endMs = performance.now() + seconds(long) * 1_000;
  let [came, admitted] = [0, 0];
  await times(HELLOS, async () => {
    while (performance.now() < endMs) if (!(await come(came++))) admitted++;
  });
  note(`${Math.round(came / seconds(long))} ${what}/s`);
  return admitted > 0 ? [`${admitted} were let in`] : [];
}

export const badRefreshes: Attack = {
  finding: '–',
  name: `${CONNECTIONS} clients with a flood of bad tokens in place of their good ones, coming back`,
  env: TOKENS_ARE_OPTIONAL,
  hasKeySet: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  async run({ port, long, begin, note }) {
    const auths = frames(BATCH, (at) => JSON.stringify({ type: 'auth', token: badToken(at) }));
    await begin();
    const endMs = performance.now() + seconds(long) * 1_000;
    let [answers, cutOff, renewed] = [0, 0, 0];
    await times(CONNECTIONS, async () => {
      while (performance.now() < endMs) {
        const { socket } = await AttackSocket.join(port, { token: goodToken(USER), channels: [] });
        void socket.next('"type":"authorized"').then((told) => {
          if (told !== undefined) renewed++;
        });
        await pour(socket, (endMs - performance.now()) / 1_000, () => auths);
        answers += socket.messages - 1;
        if (!socket.isOpen) cutOff++;
      }
    });
    note(`${Math.round(answers / seconds(long))} answers/s, ${cutOff} cut off`);
    return renewed > 0 ? [`${renewed} bad tokens were taken`] : [];
  },
};

export const forbiddenFlood: Attack = {
  finding: '–',
  name: `${CONNECTIONS} clients with a flood of publishes and subscribes that they have no right to`,
  env: TOKENS_ARE_OPTIONAL,
  hasKeySet: true,
  maxLoopP99Ms: MAX_LOOP_P99_MS,
  async run({ port, long, begin, note }) {
    const joined = await times(CONNECTIONS, (at) =>
      AttackSocket.join(port, { token: goodToken(`user-${at}`), channels: [] }),
    );
    const asked = frames(BATCH, (at) => JSON.stringify(at % 2 === 0 ? PUBLISH : SUBSCRIBE));
    await begin();
    const allowed = Promise.race(
      joined.flatMap(({ socket }) => [socket.next('"type":"ack"'), socket.next('"type":"subscribed"')]),
    );
    const plain = plainOnes(port, performance.now() + seconds(long) * 1_000);
    await Promise.all([plain, ...joined.map(({ socket }) => pour(socket, seconds(long), () => asked))]);
    note(`${Math.round(answersOf(joined) / seconds(long))} answers/s`);
    return judge(joined, allowed);
  },
};

const PUBLISH = { type: 'publish', channel: 'healthy', key: 'k', content: 'mine' };
const SUBSCRIBE = { type: 'subscribe', channels: ['healthy', 'warm'] };

/** They may subscribe, but not publish: the answer is the end of the connection, after which they reconnect. */
async function plainOnes(port: number, endMs: number): Promise<void> {
  await times(CONNECTIONS, async (at) => {
    while (performance.now() < endMs) {
      const headers = { Authorization: `Bearer ${goodToken(`user-${at}`, ['subscribe'])}` };
      const socket = await AttackSocket.open(port, { target: `/ws?channel=own.user-${at}`, headers });
      socket.say('forbidden');
      await within(endMs - performance.now(), socket.closed);
      socket.socket.destroy();
    }
  });
}

type Joined = Awaited<ReturnType<typeof AttackSocket.join>>[];

function answersOf(joined: Joined): number {
  return joined.reduce((sum, { socket }) => sum + socket.messages, 0);
}

/** @param gained resolves with a message that no client has a right to; undefined if a connection ends first */
async function judge(joined: Joined, gained: Promise<string | undefined>): Promise<string[]> {
  const open = joined.filter(({ socket }) => socket.isOpen).length;
  const got = await within(0, gained);
  return [
    ...(got === undefined ? [] : [`somebody was told ${got.slice(0, 60)}`]),
    ...(open < joined.length ? [`${joined.length - open} were cut off`] : []),
    ...(joined.some(({ welcome }) => welcome.session === undefined)
      ? ['not all good tokens were taken']
      : []),
  ];
}
