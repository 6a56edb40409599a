import { afterEach, expect, test } from '@jest/globals';
import { HubClient } from '@ws-hub/hub-client';
import { figure } from '../faults/figures.js';
import { describeWithNats } from '../nats.js';
import { Cluster } from './cluster.js';
import { Verification, type Verified } from './verify.js';

/** Whether the long form is running: `npm run test:cluster:long`. */
const LONG = process.env.CLUSTER === 'long';
const HELD = { lost: 0, duplicate: 0, outOfOrder: 0, faults: [] };
const PER_SECOND = 1_000;

/** The flags of every run: the number of messages, their rate, and the number of clients. */
const load = (messages: number, clients = 20) => [
  ...['--messages', String(messages), '--rate', String(PER_SECOND), '--clients', String(clients)],
  ...['--stall-every', '0'],
];

function figures(what: string, { acked, lost, duplicate, gaps, p50Ms, p99Ms }: Verified): void {
  figure(`${what}: acknowledged`, acked, '');
  figure('… lost', lost, '');
  figure('… duplicate', duplicate, '');
  figure('… gaps announced', gaps, '');
  figure('… delivery p50', p50Ms, 'ms');
  figure('… delivery p99, waits for a connection included', p99Ms, 'ms');
}

describeWithNats('a cluster', () => {
  let cluster: Cluster;
  afterEach(() => cluster.end());

  test('of three hubs behind a TCP proxy keeps the promise while connections are cut', async () => {
    cluster = await Cluster.start(3);
    const messages = LONG ? 20_000 : 2_000;
    const result = await new Verification(cluster.url, ...load(messages, 50), '--cut-every', '50').result;
    expect(result).toMatchObject({ ...HELD, acked: messages, gaps: 0 });
    figures(`3 hubs, 50 clients, a cut every 50 ms (${result.cutsInFlight} with traffic in flight)`, result);
  });

  test('of two hubs loses nothing when one is killed, and its clients are back soon', async () => {
    cluster = await Cluster.start(2);
    const watchers = Array.from({ length: 40 }, () => new HubClient({ url: cluster.url }));
    const backMs: number[] = [];
    await Promise.all(watchers.map((watcher) => connected(watcher)));
    const verification = new Verification(cluster.url, ...load(LONG ? 20_000 : 4_000), '--cut-every', '0');
    await verification.said(PER_SECOND);
    const startMs = performance.now();
    for (const watcher of watchers) watcher.on('connected', () => backMs.push(performance.now() - startMs));
    await cluster.hub(0).kill();
    expect(await verification.result).toMatchObject({ ...HELD, gaps: 0 });
    while (watchers.some((watcher) => !watcher.connected))
      await connected(watchers.find((each) => !each.connected));
    const sorted = backMs.toSorted((a, b) => a - b);
    const back95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
    figure(`1 of 2 hubs is killed: clients that it had`, sorted.length, '');
    figure('… 95 % of them are back after', back95 / 1_000, 's');
    figures(`1 of 2 hubs is killed at ${PER_SECOND} messages/s`, await verification.result);
    await Promise.all(watchers.map((watcher) => watcher.close()));
  });

  test('of three hubs loses nothing while they are restarted one after the other', async () => {
    cluster = await Cluster.start(3);
    const verification = new Verification(cluster.url, ...load(LONG ? 20_000 : 6_000), '--cut-every', '0');
    await verification.said(PER_SECOND);
    for (let at = 0; at < 3; at++) {
      cluster.hub(at).signal('SIGTERM');
      expect((await cluster.hub(at).exited).code).toBe(0);
      await cluster.startHub(at);
    }
    const result = await verification.result;
    expect(result).toMatchObject({ ...HELD, gaps: 0 });
    figures(`3 hubs are restarted one after the other at ${PER_SECOND} messages/s`, result);
  });

  test('loses nothing and acks nothing falsely while NATS is killed and restarted', async () => {
    cluster = await Cluster.start(2);
    const kills = LONG ? 4 : 1;
    const verification = new Verification(
      cluster.url,
      ...load(kills * 4 * PER_SECOND),
      ...['--cut-every', '0', '--timeout', '60000'],
    );
    for (let kill = 1; kill <= kills; kill++) {
      await verification.said((kill * 4 - 3) * PER_SECOND);
      const back = [0, 1].map((at) => backAtNats(at));
      await cluster.nats.kill();
      await cluster.nats.run();
      await Promise.all(back);
    }
    const result = await verification.result;
    expect(result).toMatchObject({ ...HELD, gaps: 0, unknown: 0 });
    figures(`${kills} × kill -9 of nats-server at ${PER_SECOND} messages/s, 2 hubs`, result);
  });

  async function backAtNats(at: number): Promise<void> {
    await cluster.hub(at).event('log_lost');
    await cluster.hub(at).event('log_connected');
  }
});

function connected(client: HubClient | undefined): Promise<void> {
  return new Promise((resolve) => {
    client?.on('connected', () => resolve());
    client?.start();
  });
}
