import { setTimeout as wait } from 'node:timers/promises';
import { type Attack } from '../attack.js';
import { AttackSocket, dial, frame } from '../attack-socket.js';
import { askOnce, by, requestBytes } from '../http-socket.js';
import { crowd, pour, times, within } from '../load.js';

/** A character that JSON encodes with six characters. */
const CONTROL = '\u0001';
const MESSAGE_BYTES = 60_000;
/** Somewhat more than the log keeps: 64 MiB, or the limit in the short form. */
const MESSAGES = { short: 260, long: 1_100 };
const PUBLISHERS = 20;
const SOCKETS = { short: 60, long: 200 };
const SECONDS = { short: 1.5, long: 15 };
const FLOOD = frame(CONTROL.repeat(MESSAGE_BYTES));
const PATH = '/v1/channels/history/messages';
const LATEST = requestBytes({ path: `${PATH}?limit=1000` });
/** Many addresses: the share of one address is limited. */
const ADDRESSES = 30;
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;
const STATUSES = new Set(['200', '410', '429', '503']);

/** Each response is as large as the log, and some are never read. */
export const historyFlood: Attack = {
  finding: '15.10',
  name: 'a full log that many ask for at once, some of whom do not read',
  shortEnv: { LOG_MAX_BYTES: '16777216' },
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    const { socket, welcome } = await AttackSocket.join(port, { channels: [] });
    socket.socket.destroy();
    await fill(port, long ? MESSAGES.long : MESSAGES.short);
    const since = requestBytes({ path: `${PATH}?after=${welcome.position}&limit=1000` });
    const endMs = performance.now() + (long ? SECONDS.long : SECONDS.short) * 1_000;
    await begin();
    const met = new Set<string>();
    let bytes = 0;
    const bystander = served(port, endMs);
    await crowd(long ? SOCKETS.long : SOCKETS.short, async (at) => {
      const reads = at % 4 === 3;
      while (performance.now() < endMs) {
        const outcome = await ask(
          port,
          at % 2 === 0 ? since : LATEST,
          reads,
          endMs - performance.now(),
          `127.0.6.${1 + (at % ADDRESSES)}`,
        );
        bytes += outcome.bytes;
        if (outcome.status !== '') met.add(outcome.status);
      }
    });
    note(`${(bytes / 1e6).toFixed(0)} MB read; ${[...met].sort().join(', ')}`);
    const strange = [...met].filter((status) => !STATUSES.has(status));
    return [
      ...strange.map((status) => `history was answered with ${status}`),
      ...(met.has('200') ? [] : ['nobody was answered']),
      ...((await bystander) ? [] : ['somebody with a key was not served']),
    ];
  },
};

/** Whether a key gets a message of history in this time, under the load of others. */
async function served(port: number, endMs: number): Promise<boolean> {
  let isServed = false;
  // By then they have everything that they can get.
  await wait((endMs - performance.now()) / 3);
  do {
    const asked = askOnce(port, { path: `${PATH}?limit=1`, headers: by('history') });
    isServed ||= (await within(PATIENCE_MS, asked))?.status === 200;
    await wait(LOOK_MS);
  } while (performance.now() < endMs);
  return isServed;
}

async function fill(port: number, messages: number): Promise<void> {
  const each = Math.ceil(messages / PUBLISHERS);
  await times(PUBLISHERS, async () => {
    const socket = await AttackSocket.open(port, { target: '/ws?channel=history' });
    await pour(socket, 30, (at) => (at < each ? FLOOD : undefined));
    socket.socket.destroy();
  });
}

/** @param reads whether the response is read; ends with the response, the connection, or the time */
async function ask(port: number, request: Buffer, reads: boolean, ms: number, localAddress: string) {
  const socket = await dial(port, localAddress);
  let [bytes, status] = [0, ''];
  let isAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    isAnswered = resolve;
    socket.once('close', () => resolve());
  });
  let length = Number.POSITIVE_INFINITY;
  socket.on('data', (chunk: Buffer) => {
    if (bytes === 0) {
      const head = chunk.toString('latin1');
      status = head.slice(9, 12);
      const [, told] = /content-length: (\d+)/i.exec(head) ?? [];
      if (told !== undefined) length = Number(told);
    }
    bytes += chunk.length;
    if (!reads) socket.pause();
    else if (bytes >= length || status !== '200') isAnswered();
  });
  socket.write(request);
  await within(Math.max(0, ms), answered);
  socket.destroy();
  return { bytes, status };
}
