// A healthy pair's process: one hub.v1 client publishes continuously, and the other one receives.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { PairOrder, PairReport, Phase } from './pair-report.js';

const CHANNEL = 'healthy';
const PER_SECOND = 100;
const TICK_MS = 2;

process.once('disconnect', () => process.exit());

const [port] = (await once(process, 'message')) as [number];
const report: PairReport = { before: [], during: [], said: 0, heard: 0, acked: 0, refused: 0, disorder: 0 };
const saidAtMs: number[] = [];
let phase: Phase = 'before';
let last = -1;
let isLate = false;
/** What to check after each message. */
let changed: () => void = () => undefined;

const listener = await join([CHANNEL]);
const talker = await join([]);
for (const socket of [listener, talker]) {
  socket.on('close', (code) => {
    report.closed = code;
    changed();
  });
}
listener.on('message', (data: Buffer) => hear(JSON.parse(data.toString())));
talker.on('message', (data: Buffer) => learn(JSON.parse(data.toString())));

const startMs = performance.now();
const talking = setInterval(() => {
  const due = Math.floor(((performance.now() - startMs) * PER_SECOND) / 1_000);
  while (report.said < due && talker.readyState === talker.OPEN) say();
}, TICK_MS);

process.on('message', (order: PairOrder) => {
  if (order.next === 'end') void end(order.atLeast, order.patienceMs);
  else void enter(order.next, order.atLeast);
});
process.send?.('talking');

async function enter(next: Phase, atLeast: number): Promise<void> {
  phase = next;
  await until(() => report[next].length >= atLeast);
  process.send?.('heard');
}

/** Stops publishing, and waits for everything that is missing, up to a timeout. */
async function end(atLeast: number, patienceMs: number): Promise<void> {
  setTimeout(() => {
    isLate = true;
    changed();
  }, patienceMs).unref();
  await until(() => report.during.length >= atLeast);
  clearInterval(talking);
  await until(
    () => report.heard + report.refused >= report.said && report.acked + report.refused >= report.said,
  );
  process.send?.(report);
}

/** Also ends with a connection, since nothing arrives any more. */
async function until(fits: () => boolean): Promise<void> {
  while (!fits() && report.closed === undefined && !isLate) {
    await new Promise<void>((resolve) => {
      changed = resolve;
    });
  }
}

async function join(channels: string[]): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ['hub.v1'], { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', channels }));
  await once(socket, 'message');
  return socket;
}

function say(): void {
  const content = String(report.said++);
  saidAtMs.push(performance.now());
  talker.send(JSON.stringify({ type: 'publish', channel: CHANNEL, key: content, content }));
}

function hear({ type, content }: { type: string; content: string }): void {
  if (type === 'ping') listener.send('{"type":"pong"}');
  if (type !== 'message') return;
  const number = Number(content);
  if (number <= last) report.disorder++;
  last = number;
  report.heard++;
  report[phase].push(performance.now() - (saidAtMs[number] ?? 0));
  changed();
}

function learn({ type }: { type: string }): void {
  if (type === 'ping') talker.send('{"type":"pong"}');
  else if (type === 'ack') report.acked++;
  else if (type === 'error') report.refused++;
  changed();
}
