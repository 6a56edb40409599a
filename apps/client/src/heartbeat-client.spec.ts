import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { readConfig } from '@ws-hub/config';
import type { Transport, TransportListener } from '@ws-hub/hub-client';
import { ClientModule } from './client.module.js';
import { clientCommand } from './config/client.config.js';
import { HeartbeatClient, OPEN_TRANSPORT } from './heartbeat-client.js';

/** The hub's end of one connection. */
class TestTransport implements Transport {
  readonly sent: string[] = [];
  closedWith: number | undefined;
  constructor(readonly listener: TransportListener) {}
  send(text: string): boolean {
    this.sent.push(text);
    return true;
  }
  close(code: number): void {
    this.closedWith = code;
    this.listener.ended({ code, reason: '' });
  }
  terminate(): void {
    this.listener.ended({ code: 1006, reason: '' });
  }
}

describe('the heartbeat client', () => {
  let opened: TestTransport[];
  let app: TestingModule;
  beforeEach(async () => {
    jest.useFakeTimers();
    opened = [];
    const argv = ['--log-level', 'silent', '--interval', '1000', '--reconnect-max-delay', '20000'];
    app = await Test.createTestingModule({
      imports: [ClientModule.register(readConfig(clientCommand, { argv, env: {}, dotenv: {} }))],
    })
      .overrideProvider(OPEN_TRANSPORT)
      .useValue((_url: string, _protocols: readonly string[], listener: TransportListener) => {
        const transport = new TestTransport(listener);
        opened.push(transport);
        return transport;
      })
      .compile();
    await app.init();
    app.get(HeartbeatClient).start();
  });
  afterEach(async () => {
    await app.close();
    jest.useRealTimers();
  });

  const last = () => opened.at(-1) as TestTransport;

  test('sends a numbered heartbeat with the time at every interval', () => {
    last().listener.opened({ clientId: 'me', protocol: '' });
    jest.advanceTimersByTime(3_000);
    expect(last().sent).toEqual([
      expect.stringMatching(/^heartbeat 1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      expect.stringMatching(/^heartbeat 2 /),
      expect.stringMatching(/^heartbeat 3 /),
    ]);
  });

  test('keeps no heartbeat for later while there is no hub', () => {
    jest.advanceTimersByTime(5_000);
    last().listener.opened({ clientId: 'me', protocol: '' });
    expect(last().sent).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(last().sent).toHaveLength(1);
  });

  test('tries again at the maximum delay after the hub asked not to reconnect', () => {
    last().listener.opened({ clientId: 'me', protocol: '' });
    last().listener.ended({ code: 1008, reason: 'no' });
    jest.advanceTimersByTime(19_999);
    expect(opened).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(opened).toHaveLength(2);
    last().listener.ended({ code: 1006, reason: '', httpStatus: 404 });
    jest.advanceTimersByTime(20_000);
    expect(opened).toHaveLength(3);
  });

  test('closes with 1000 at the end, and does nothing more', async () => {
    last().listener.opened({ clientId: 'me', protocol: '' });
    await app.close();
    expect(last().closedWith).toBe(1000);
    jest.advanceTimersByTime(100_000);
    expect(opened).toHaveLength(1);
    expect(last().sent).toEqual([]);
  });

  test('does nothing more when it ends while it stays away', async () => {
    last().listener.ended({ code: 1008, reason: 'no' });
    await app.close();
    jest.advanceTimersByTime(100_000);
    expect(opened).toHaveLength(1);
  });
});
