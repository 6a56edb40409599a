import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort, Program, scrape, TestClient } from '@ws-hub/testing';

describe('the metrics', () => {
  const hubs: Program[] = [];
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.kill()));
  });

  function start(...flags: string[]): Program {
    const hub = Program.start(['server', '--port', '0', '--host', '127.0.0.1', ...flags]);
    hubs.push(hub);
    return hub;
  }

  test('count connections, refusals, messages, deliveries, bytes and flushes', async () => {
    const metricsPort = await freePort();
    const hub = start(
      '--metrics-port',
      String(metricsPort),
      '--ping-interval',
      '100',
      '--ping-timeout',
      '1000',
    );
    const url = `ws://127.0.0.1:${(await hub.event('listening')).port}/ws`;
    const [alice, bob, carol] = await Promise.all([1, 2, 3].map(() => TestClient.connect(url)));
    await expect(TestClient.connect(`${url}?channel=`)).rejects.toThrow('400');
    alice?.send('one');
    alice?.send('two');
    await Promise.all([bob?.take(2), carol?.take(2)]);
    await carol?.close();
    await hub.event('client_disconnected');
    for (let pings = 0; pings < 3; pings++)
      await new Promise((resolve) => alice?.socket.once('ping', resolve));
    const samples = await scrape(metricsPort);
    expect(samples.get('hub_connections')).toBe(2);
    expect(samples.get('hub_connects_total{result="accepted"}')).toBe(3);
    expect(samples.get('hub_connects_total{result="refused"}')).toBe(1);
    expect(samples.get('hub_refusals_total{reason="channel"}')).toBe(1);
    expect(samples.get('hub_disconnects_total{code="1000"}')).toBe(1);
    expect(samples.get('hub_messages_received_total')).toBe(2);
    expect(samples.get('hub_deliveries_total')).toBe(4);
    expect(samples.get('hub_queued_bytes')).toBe(0);
    expect(samples.get('hub_flush_messages_sum')).toBe(2);
    expect(samples.get('hub_sent_bytes_total')).toBeGreaterThan(4 * 'one'.length);
    expect(samples.get('hub_received_bytes_total')).toBeGreaterThan(0);
    expect(samples.get('hub_ping_round_trip_seconds_count')).toBeGreaterThan(0);
    expect(samples.get('hub_event_loop_delay_seconds_count')).toBeGreaterThan(0);
    expect(samples.get('hub_dialect_connections{dialect="plain"}')).toBe(2);
    expect(samples.get('hub_publish_duration_seconds_count')).toBeGreaterThan(0);
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0);
  });

  test('have no client id among their labels', async () => {
    const metricsPort = await freePort();
    const hub = start('--metrics-port', String(metricsPort));
    const client = await TestClient.connect(`ws://127.0.0.1:${(await hub.event('listening')).port}/ws`);
    const samples = await scrape(metricsPort);
    expect([...samples.keys()].filter((name) => name.includes(client.clientId))).toEqual([]);
  });

  test('are off without harm if another hub has the default port', async () => {
    const [first, second] = [start(), start()];
    await Promise.all([first.event('listening'), second.event('listening')]);
  });

  test('stop the start if a port was chosen and is in use', async () => {
    const metricsPort = String(await freePort());
    await start('--metrics-port', metricsPort).event('metrics_listening');
    const second = start('--metrics-port', metricsPort);
    expect((await second.exited).code).toBe(1);
    expect(second.stderr).toBe(
      `ws-hub server: METRICS_PORT (--metrics-port): "${metricsPort}" on "127.0.0.1" cannot be bound (EADDRINUSE); allowed: a free port, or 0 for no metrics\n`,
    );
  });
});
