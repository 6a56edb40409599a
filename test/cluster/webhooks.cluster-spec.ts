import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type Behaviour,
  EventReceiver,
  freePort,
  NatsServer,
  Program,
  scrape,
  V1Client,
} from '@ws-hub/testing';
import { figure } from '../faults/figures.js';
import { describeWithNats } from '../nats.js';

/** Whether the long form is running: `npm run test:cluster:long`. */
const LONG = process.env.CLUSTER === 'long';
const MESSAGES_AT_ONCE = LONG ? 2_000 : 200;
const READY_MS = 50;
const DOWN_MS = 120_000;
/** How long a slow receiver takes per request. */
const SLOW_MS = 50;
const MIB = 1024 * 1024;
const QUEUE_EVENTS = 10_000;

const EVENTS = 'message:room.>,channel_occupied,channel_vacated';

/** A hub that sends webhooks, in a process of its own. */
interface Hub {
  readonly program: Program;
  readonly url: string;
  readonly metricsPort: number;
}

describeWithNats('the webhooks of a cluster', () => {
  let nats: NatsServer;
  let receiver: EventReceiver;
  let programs: Program[];
  let said: number;

  beforeEach(async () => {
    nats = await NatsServer.start();
    receiver = await EventReceiver.start();
    programs = [];
    said = 0;
  });
  afterEach(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await receiver.stop();
    await nats.end();
  });

  async function startHub(): Promise<Hub> {
    const metricsPort = await freePort();
    const flags = ['--port', '0', '--host', '127.0.0.1', '--metrics-port', String(metricsPort)];
    const program = Program.start(['server', ...flags], {
      ...{ NATS_URL: nats.url, HUB_SECRET: 'the secret that all hubs of a cluster share' },
      ...{ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: 'the secret of hubs and their receiver' },
      WEBHOOK_EVENTS: EVENTS,
    });
    programs.push(program);
    const { port } = await program.event('listening');
    // NATS may take longer to start.
    while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200) await wait(READY_MS);
    return { program, metricsPort, url: `ws://127.0.0.1:${port}/ws` };
  }
  const leads = ({ program }: Hub) => program.event('webhook_sender', (line) => line.leads === true);

  /** Publishes numbers on two channels in turn; resolves when they are stored. */
  async function say(client: V1Client, count: number): Promise<void> {
    for (let n = 0; n < count; n++, said++) client.publish(`k${said}`, `${said}`, `room.${said % 2}`);
    // Positions arrive between them.
    for (let acks = 0; acks < count; ) if ((await client.take(1))[0]?.type === 'ack') acks++;
  }
  const expected = (channel: number) =>
    Array.from({ length: said }, (_, n) => n)
      .filter((n) => n % 2 === channel)
      .map(String);
  const lastHeard = () => receiver.events.next(({ data }) => data.content === `${said - 1}`);

  /** Every message has arrived, in order, and duplicates have the ids of the first. */
  function expectAll(): void {
    expect(receiver.contents('room.0')).toEqual(expected(0));
    expect(receiver.contents('room.1')).toEqual(expected(1));
    const ids = new Map<string, Set<string>>();
    for (const { id, data } of [...receiver.taken, ...receiver.refused])
      if (data.id !== undefined) ids.set(data.id, (ids.get(data.id) ?? new Set()).add(id));
    expect([...ids.values()].filter((each) => each.size > 1)).toEqual([]);
  }
  function expectOneOf(type: string, channel: string): void {
    const of = receiver.taken.filter((event) => event.type === type && event.data.channel === channel);
    expect(new Set(of.map(({ id }) => id)).size).toBe(1);
  }

  test('come from one hub, and from another one when it was killed while the receiver was down', async () => {
    const first = await startHub();
    await leads(first);
    const second = await startHub();
    const speaker = await V1Client.join(second.url, { channels: ['of.second'] });
    await V1Client.join(first.url, { channels: ['of.first'] });
    const occupied = [await receiver.events.next(), await receiver.events.next()];
    expect(occupied.map(({ data }) => data.channel).toSorted()).toEqual(['of.first', 'of.second']);
    await say(speaker, MESSAGES_AT_ONCE);
    await lastHeard();

    receiver.answers(() => ({ status: 500, body: '' }));
    await say(speaker, MESSAGES_AT_ONCE);
    await first.program.event('webhook_failed');
    await first.program.kill();
    const killedMs = performance.now();
    await say(speaker, MESSAGES_AT_ONCE);
    await leads(second);
    figure('webhooks: another hub sends after a kill -9', (performance.now() - killedMs) / 1_000, 's');
    receiver.recover();
    await lastHeard();
    expectAll();

    const third = await startHub();
    second.program.signal('SIGTERM');
    await second.program.exited;
    const endedMs = performance.now();
    await leads(third);
    figure('webhooks: … after an end in order', (performance.now() - endedMs) / 1_000, 's');
    await say(await V1Client.join(third.url, { channels: ['of.third'] }), MESSAGES_AT_ONCE);
    await lastHeard();
    expectAll();
    for (const channel of ['of.first', 'of.second']) expectOneOf('channel_occupied', channel);
    if (!LONG) return;
    await receiver.events.next(({ type, data }) => type === 'channel_vacated' && data.channel === 'of.first');
    for (const channel of ['of.first', 'of.second']) expectOneOf('channel_vacated', channel);
  });

  if (!LONG) return;

  test('all arrive once a receiver is back that was down for two minutes, failed and was slow', async () => {
    let hub = await startHub();
    let speaker = await V1Client.join(hub.url, { channels: ['room.0'] });
    await leads(hub);
    const most = { queue: 0, rssMiB: 0 };
    const phases: Behaviour[] = [() => 'silence', () => ({ status: 500, body: '' })];
    for (const behaviour of phases) {
      receiver.answers(behaviour);
      const endMs = performance.now() + DOWN_MS / phases.length;
      while (performance.now() < endMs) {
        await say(speaker, 500);
        await wait(1_000);
        const samples = await scrape(hub.metricsPort);
        most.queue = Math.max(most.queue, samples.get('hub_webhook_queue') ?? 0);
        most.rssMiB = Math.max(most.rssMiB, rssMiB(hub.program));
      }
      await hub.program.kill();
      hub = await startHub();
      speaker = await V1Client.join(hub.url, { channels: ['room.0'] });
    }
    receiver.answers(async () => {
      await wait(SLOW_MS);
      return { body: '' };
    });
    const upMs = performance.now();
    await lastHeard();
    figure('webhooks: receiver down for 2 minutes, 2 × kill -9: messages', said, '');
    figure('webhooks: … all taken after', (performance.now() - upMs) / 1_000, 's');
    figure(
      'webhooks: … doubles',
      receiver.taken.length - new Set(receiver.taken.map(({ id }) => id)).size,
      '',
    );
    figure('webhooks: … most in the queue', most.queue, '');
    figure('webhooks: … most memory of the hub', most.rssMiB, 'MiB');
    expectAll();
    expect(most.queue).toBeLessThan(QUEUE_EVENTS + 200);
  }, 600_000);
});

function rssMiB({ process: { pid } }: Program): number {
  const [, kib = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) * 1024) / MIB;
}
