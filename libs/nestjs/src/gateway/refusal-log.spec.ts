import { describe, expect, test } from '@jest/globals';
import { Clock } from '@ws-hub/hub';
import { RefusalLog } from './refusal-log.js';

/** A log with a stopped clock, and the addresses in its lines. */
function refusalLog() {
  const told: unknown[] = [];
  const logger = { warn: (line: unknown) => told.push((line as { remote_address: string }).remote_address) };
  const clock = { monotonicMs: () => 0, unixSeconds: () => 0, unixMs: () => 0 } satisfies Clock;
  const log = new RefusalLog(logger as unknown as ConstructorParameters<typeof RefusalLog>[0], clock);
  const refuse = (address: string) =>
    log.refused(address, { status: 429, reason: 'http_rate', message: 'too many' });
  return { told, refuse };
}

describe('the log of refusals', () => {
  test('logs one IPv6 network once, whatever addresses it uses', () => {
    const { told, refuse } = refusalLog();
    for (let i = 0; i < 1_000; i++) refuse(`2001:db8:1:2::${i.toString(16)}`);
    refuse('2001:db8:1:3::1');
    expect(told).toEqual(['2001:db8:1:2::0', '2001:db8:1:3::1']);
  });

  test('writes 20 lines a second at most, however many addresses there are', () => {
    const { told, refuse } = refusalLog();
    for (let i = 0; i < 50_000; i++) refuse(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`);
    expect(told).toHaveLength(20);
  });
});
