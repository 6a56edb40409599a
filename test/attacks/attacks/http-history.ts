import { type Attack } from '../attack.js';
import { AttackSocket, dial, frame } from '../attack-socket.js';
import { by, requestBytes } from '../http-socket.js';
import { crowd, pour, times, within } from '../load.js';

const MESSAGE_BYTES = 65_000;
/** Some more than the log keeps: 64 MiB, or what the short form sets. */
const MESSAGES = { short: 260, long: 1_100 };
const PUBLISHERS = 20;
const SOCKETS = { short: 60, long: 200 };
const SECONDS = { short: 1.5, long: 15 };
const FLOOD = frame('x'.repeat(MESSAGE_BYTES));
const LATEST = requestBytes({ path: '/v1/channels/history/messages?limit=1000', headers: by('history') });
const STATUSES = new Set(['200', '410', '429', '503']);

/** Each answer is as big as the log, and some are never read. */
export const historyFlood: Attack = {
  finding: '15.10',
  name: 'a full log that many ask for at once, some of whom do not read',
  shortEnv: { LOG_MAX_BYTES: '16777216' },
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    const { socket, welcome } = await AttackSocket.join(port, { channels: [] });
    socket.socket.destroy();
    await fill(port, long ? MESSAGES.long : MESSAGES.short);
    const since = requestBytes({
      path: `/v1/channels/history/messages?after=${welcome.position}&limit=1000`,
      headers: by('history'),
    });
    const endMs = performance.now() + (long ? SECONDS.long : SECONDS.short) * 1_000;
    await begin();
    const met = new Set<string>();
    let bytes = 0;
    await crowd(long ? SOCKETS.long : SOCKETS.short, async (at) => {
      const reads = at % 3 !== 0;
      while (performance.now() < endMs) {
        const outcome = await ask(port, at % 2 === 0 ? since : LATEST, reads, endMs - performance.now());
        bytes += outcome.bytes;
        if (outcome.status !== '') met.add(outcome.status);
      }
    });
    note(`${(bytes / 1e6).toFixed(0)} MB read; ${[...met].sort().join(', ')}`);
    const strange = [...met].filter((status) => !STATUSES.has(status));
    return [
      ...strange.map((status) => `history was answered with ${status}`),
      ...(met.has('200') ? [] : ['nobody was answered']),
    ];
  },
};

async function fill(port: number, messages: number): Promise<void> {
  const each = Math.ceil(messages / PUBLISHERS);
  await times(PUBLISHERS, async () => {
    const socket = await AttackSocket.open(port, { target: '/ws?channel=history' });
    await pour(socket, 30, (at) => (at < each ? FLOOD : undefined));
    socket.socket.destroy();
  });
}

/** @param reads whether the answer is read; ends with the answer, the connection, or the time */
async function ask(port: number, request: Buffer, reads: boolean, ms: number) {
  const socket = await dial(port);
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
