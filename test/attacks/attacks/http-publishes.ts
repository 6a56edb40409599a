import { setTimeout as wait } from 'node:timers/promises';
import { type Attack, HTTP_IS_ON } from '../attack.js';
import { type Answer, by, HttpSocket, requestBytes } from '../http-socket.js';
import { times, within } from '../load.js';
import { Statuses } from '../statuses.js';

const SECONDS = { short: 1.5, long: 15 };
const PATIENCE_MS = 5_000;
const BATCH = 100;
/** MAX_MESSAGE_RATE. */
const RATE = 10_000;
const FAIR_MS = 20;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const LIST = JSON.stringify(Array.from({ length: BATCH }, () => ({ channel: 'loud', content: 'x' })));
const BATCHES = requestBytes({
  method: 'POST',
  path: '/v1/messages',
  headers: { ...by('loud'), ...JSON_TYPE },
  body: LIST,
});
const SINGLE = requestBytes({
  method: 'POST',
  path: '/v1/channels/loud/messages',
  headers: { ...by('loud'), ...JSON_TYPE },
  body: '{"content":"x"}',
});
const FAIR = requestBytes({
  method: 'POST',
  path: '/v1/channels/fair/messages',
  headers: { ...by('fair'), ...JSON_TYPE },
  body: '{"content":"x"}',
});

/** With one key, while another one must be served. */
const flood = (finding: string, what: string, sockets: number, request: Buffer, each: number): Attack => ({
  finding,
  name: `${sockets} sockets that publish ${what} with one key, as fast as they are answered`,
  env: HTTP_IS_ON,
  hasApiKeys: true,
  async run({ port, long, begin, note }) {
    await begin();
    const startMs = performance.now();
    const endMs = startMs + (long ? SECONDS.long : SECONDS.short) * 1_000;
    const [loud, fair] = [new Statuses(), new Statuses()];
    const faults = new Set<string>();
    const bystander = publishFairly(port, endMs, fair);
    await times(sockets, () => publish(port, request, endMs, loud, faults));
    await bystander;
    const seconds = (performance.now() - startMs) / 1_000;
    note(`${Math.round(loud.sum / seconds)} requests/s: ${loud}`);
    const stored = loud.of(200) * each;
    return [
      ...faults,
      ...loud.besides(200, 429),
      ...fair.besides(200).map((fault) => `of another key, ${fault}`),
      ...(fair.of(200) === 0 ? ['another key was not served'] : []),
      // The burst is a second's worth.
      ...(stored > RATE * (seconds + 1) ? [`${stored} messages in ${seconds.toFixed(1)} s`] : []),
    ];
  },
});

export const batchFlood: Attack = {
  ...flood('15.11', `batches of ${BATCH}`, 16, BATCHES, BATCH),
  onlyLong: true,
};
export const publishFlood = flood('15.11', 'single messages', 64, SINGLE, 1);

async function publish(
  port: number,
  request: Buffer,
  endMs: number,
  statuses: Statuses,
  faults: Set<string>,
) {
  let socket: HttpSocket | undefined;
  while (performance.now() < endMs) {
    if (!socket?.isOpen) socket = await HttpSocket.open(port);
    const answer = await within(PATIENCE_MS, socket.ask(request));
    statuses.add(answer);
    if (answer?.status === 429 && !isAdvised(answer)) faults.add('a 429 does not say when to come again');
    if (answer === undefined || answer.head.includes('\r\nconnection: close')) {
      socket.socket.destroy();
      socket = undefined;
    }
  }
  socket?.socket.destroy();
}

function isAdvised({ head }: Answer): boolean {
  return /\r\nretry-after: [1-9]\d*/.test(head);
}

async function publishFairly(port: number, endMs: number, statuses: Statuses): Promise<void> {
  const socket = await HttpSocket.open(port);
  for (; performance.now() < endMs; await wait(FAIR_MS))
    statuses.add(await within(PATIENCE_MS, socket.ask(FAIR)));
  socket.socket.destroy();
}
