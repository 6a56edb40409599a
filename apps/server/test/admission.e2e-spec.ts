import { afterEach, describe, expect, test } from '@jest/globals';
import { HubMetrics } from '@ws-hub/nestjs';
import { TestClient } from '@ws-hub/testing';
import { startHub, type TestHub } from './start-hub.js';

/** Tests are on the loopback, which has no limits by default. */
const LIMITS_FOR_ALL = ['--unlimited-networks', 'none'];

describe('who comes in', () => {
  let hub: TestHub;
  afterEach(() => hub.close());

  const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
  /** What the probe is answered, and what Prometheus is told. */
  async function readiness(): Promise<{ status: number; hub_ready: number }> {
    const { status } = await fetch(`http://127.0.0.1:${hub.port}/readyz`);
    const { body } = await hub.app.get(HubMetrics, { strict: false }).expose();
    return { status, hub_ready: Number(/^hub_ready (.*)$/m.exec(body)?.[1]) };
  }
  const refusal = (promise: Promise<TestClient>) => expect(promise).rejects;

  test('pages of a foreign origin are refused with 403, and programs, which send none, are not', async () => {
    hub = await startHub('--allowed-origins', 'https://example.org, https://other.example');
    await refusal(TestClient.connect(hub.url, { origin: 'https://evil.example' })).toThrow('403');
    await refusal(TestClient.connect(hub.url, { origin: 'null' })).toThrow('403');
    await refusal(TestClient.connect(hub.url, { origin: 'https://example.org.evil.example' })).toThrow('403');
    await TestClient.connect(hub.url, { origin: 'https://example.org' });
    await TestClient.connect(hub.url);
  });

  test('a full hub answers 503, is not ready, and accepts new clients when one has left', async () => {
    hub = await startHub('--max-connections', '2');
    const [first] = await Promise.all([TestClient.connect(hub.url), TestClient.connect(hub.url)]);
    await refusal(TestClient.connect(hub.url)).toThrow('503');
    expect(await readiness()).toEqual({ status: 503, hub_ready: 0 });
    await first.close();
    expect(await readiness()).toEqual({ status: 200, hub_ready: 1 });
    await TestClient.connect(hub.url);
  });

  test('too many connections from one address are refused with 429, those of others are not', async () => {
    hub = await startHub('--max-connections-per-ip', '2', '--trusted-proxies', '127.0.0.0/8');
    const [first] = [
      await TestClient.connect(hub.url, from('1.2.3.4')),
      await TestClient.connect(hub.url, from('1.2.3.4')),
    ];
    await refusal(TestClient.connect(hub.url, from('1.2.3.4'))).toThrow('429');
    await TestClient.connect(hub.url, from('1.2.3.5'));
    await first.close();
    await TestClient.connect(hub.url, from('1.2.3.4'));
  });

  test('an IPv6 network counts as one address', async () => {
    hub = await startHub('--max-connections-per-ip', '1', '--trusted-proxies', '127.0.0.0/8');
    await TestClient.connect(hub.url, from('2001:db8:1:2::1'));
    await refusal(TestClient.connect(hub.url, from('2001:db8:1:2:ffff::9'))).toThrow('429');
    await TestClient.connect(hub.url, from('2001:db8:1:3::1'));
  });

  test('too many handshakes of one address in a second are refused with 429', async () => {
    hub = await startHub('--max-connects-per-ip-per-second', '3', ...LIMITS_FOR_ALL);
    const results = await Promise.allSettled(Array.from({ length: 30 }, () => TestClient.connect(hub.url)));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [String(result.reason)] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toContain('429');
  });

  test('X-Forwarded-For of a client that is not a trusted proxy is not trusted', async () => {
    hub = await startHub('--max-connections-per-ip', '1', ...LIMITS_FOR_ALL);
    await TestClient.connect(hub.url, from('1.2.3.4'));
    await refusal(TestClient.connect(hub.url, from('1.2.3.5'))).toThrow('429');
  });

  test('what a client wrote into X-Forwarded-For before its proxy did is not believed', async () => {
    hub = await startHub('--max-connections-per-ip', '1', '--trusted-proxies', '127.0.0.1');
    await TestClient.connect(hub.url, from('6.6.6.6, 1.2.3.4'));
    await refusal(TestClient.connect(hub.url, from('7.7.7.7, 1.2.3.4'))).toThrow('429');
  });

  test.each(['fe80::1%a-b', '1::1.2.3.4', '::%', 'unknown', '[::1'])(
    'an address that is hard to read, %s, is taken like any other',
    async (address) => {
      hub = await startHub('--max-connections-per-ip', '1', '--trusted-proxies', '127.0.0.1');
      await TestClient.connect(hub.url, from(address));
      await TestClient.connect(hub.url, from('1.2.3.4'));
    },
  );

  test('one address is one, whatever port and notation a proxy gives it', async () => {
    hub = await startHub('--max-connections-per-ip', '1', '--trusted-proxies', '127.0.0.1');
    await TestClient.connect(hub.url, from('1.2.3.4:1111'));
    for (const same of ['1.2.3.4:1112', '::ffff:102:304', '[::ffff:1.2.3.4]:80', '64:ff9b::102:304'])
      await refusal(TestClient.connect(hub.url, from(same))).toThrow('429');
    await TestClient.connect(hub.url, from('::ffff:102:305'));
  });
});
