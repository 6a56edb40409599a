import { setTimeout as wait } from 'node:timers/promises';
import { type Attack, FOREIGN_ADDRESS, HTTP_IS_ON, HTTP_WITH_LIMITS } from '../attack.js';
import { AttackSocket, dial, frame } from '../attack-socket.js';
import { EventStream } from '../event-stream.js';
import { by, requestBytes } from '../http-socket.js';
import { connectionsOf, untilConnections } from '../hub-info.js';
import { crowd, times } from '../load.js';

const STALLED = 64;
const PUBLISHERS = 4;
const CONTENT = 'x'.repeat(60_000);
/** Far more than the kernel's buffers and MAX_QUEUED_BYTES together. */
const MOST_BATCHES = 250;
const MAX_EACH = 1.25 * 1_048_576;

const stalling = { query: 'channel=stalled', headers: by('stream') };

/** Half of them do not even read the head of the response. */
export const stalledStreams: Attack = {
  finding: '15.9',
  onlyLong: true,
  name: `${STALLED} listeners over SSE that do not read, under traffic`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  maxQueuedBytes: STALLED * MAX_EACH,
  async run({ port, begin }) {
    const healthy = await EventStream.open(port, stalling);
    const atRest = await connectionsOf(port);
    const streams = await times(STALLED, async (at) => {
      const open = at % 2 === 0 ? EventStream.open : EventStream.ask;
      const stream = await open(port, stalling);
      stream.socket.pause();
      return stream;
    });
    await untilConnections(port, (count) => count >= atRest + STALLED);
    await begin();
    const [said, count] = await sayUntil(port, atRest + PUBLISHERS);
    const left = count - atRest - PUBLISHERS;
    await healthy.until(() => healthy.contents.length >= said);
    const heard = healthy.contents.length;
    for (const { socket } of [...streams, healthy]) socket.destroy();
    return [
      ...(left > 0 ? [`${left} were not cut off`] : []),
      ...(heard < said ? [`a healthy listener heard ${heard} of ${said} messages`] : []),
    ];
  },
};

/** Publishes until those that do not read are gone. @returns how many messages it took, and the connections at the end */
async function sayUntil(port: number, atRest: number): Promise<[said: number, connections: number]> {
  const joined = await times(PUBLISHERS, () => AttackSocket.join(port, { channels: [] }));
  let said = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    await Promise.all(joined.map(({ socket }, of) => socket.write(frame(publishing(`${of}-${batch}`)))));
    said += PUBLISHERS;
    if (batch % 10 === 9 && (await connectionsOf(port)) <= atRest) break;
  }
  await Promise.all(joined.map(({ socket }) => socket.handled()));
  return [said, await untilConnections(port, (count) => count <= atRest)];
}

function publishing(key: string): string {
  return JSON.stringify({ type: 'publish', channel: 'stalled', key, content: CONTENT });
}

const STREAMS = 300;
const MOST = 100;

export const manyStreams: Attack = {
  finding: '15.9',
  onlyLong: true,
  name: `${STREAMS} event streams of one address, with the limits at their defaults`,
  env: HTTP_WITH_LIMITS,
  hasApiKeys: true,
  async run({ port, begin }) {
    const listening = { query: 'channel=many', headers: by('stream'), localAddress: FOREIGN_ADDRESS };
    await begin();
    const streams = await crowd(STREAMS, () => EventStream.open(port, listening));
    const open = streams.filter(({ status }) => status === 200).length;
    const another = await EventStream.open(port, { ...listening, localAddress: '127.0.0.10' });
    for (const { socket } of [...streams, another]) socket.destroy();
    // Their places are free again, as soon as the rate of new ones allows it.
    await wait(500);
    const again = await EventStream.open(port, listening);
    again.socket.destroy();
    return [
      ...(open === 0 || open > MOST ? [`${open} of ${STREAMS} were let in`] : []),
      ...(another.status === 200 ? [] : [`another address was answered with ${another.status}`]),
      ...(again.status === 200 ? [] : [`the same address was answered with ${again.status} later`]),
    ];
  },
};

const TIMES = { short: 1_000, long: 5_000 };

/** With each way in which a connection can end. */
export const comingStreams: Attack = {
  finding: '15.9',
  onlyLong: true,
  name: 'an event stream that is opened and closed a thousand times',
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin }) {
    const listening = { query: 'channel=coming', headers: by('stream') };
    await begin();
    const before = await connectionsOf(port);
    await crowd(long ? TIMES.long : TIMES.short, async (at) => {
      if (at % 4 === 3) {
        await comeAndGo(port, listening);
        return;
      }
      const { socket } = await EventStream.open(port, listening);
      if (at % 4 === 0) socket.destroy();
      else if (at % 4 === 1) socket.resetAndDestroy();
      else socket.end(() => socket.destroy());
    });
    const after = await untilConnections(port, (count) => count === before);
    return after === before ? [] : [`${after - before} connections are left`];
  },
};

/** Disconnects before the response. */
async function comeAndGo(
  port: number,
  { query, headers }: { query: string; headers: Record<string, string> },
) {
  const socket = await dial(port);
  await new Promise<void>((resolve) => {
    socket.write(requestBytes({ path: `/v1/events?${query}`, headers }), () => resolve());
  });
  socket.resetAndDestroy();
}
