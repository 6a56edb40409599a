import { beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '@ws-hub/config';
import { serverCommand } from '../config/server.config.js';
import { Clock } from './clock.js';
import { Liveness, type Pinged } from './liveness.js';

class TestClock extends Clock {
  nowMs = 0;
  unixSeconds(): number {
    return 0;
  }
  monotonicMs(): number {
    return this.nowMs;
  }
}

class Peer implements Pinged {
  bytesRead = 0;
  seenBytes = 0;
  pingDueAtMs = 0;
  pingedAtMs: number | undefined;
  pings = 0;
  terminated = false;
  ping(): void {
    this.pings++;
  }
  terminate(): void {
    this.terminated = true;
  }
}

describe('the ping sweep', () => {
  const config = readConfig(serverCommand, { argv: [], env: {}, dotenv: {} });
  let clock: TestClock;
  let liveness: Liveness;
  let peer: Peer;
  beforeEach(() => {
    clock = new TestClock();
    liveness = new Liveness(config, clock);
    peer = new Peer();
    liveness.watch(peer);
  });

  function sweepAt(seconds: number): void {
    clock.nowMs = seconds * 1000;
    liveness.sweep();
  }

  test('asks for the first time after 25 s ± 20 %', () => {
    sweepAt(19.9);
    expect(peer.pings).toBe(0);
    sweepAt(30.1);
    expect(peer.pings).toBe(1);
  });

  test('gives 10 s to answer, and then cuts the connection', () => {
    sweepAt(31);
    sweepAt(40.9);
    expect(peer.terminated).toBe(false);
    sweepAt(41);
    expect(peer.terminated).toBe(true);
  });

  test('takes any byte as an answer, and asks again later', () => {
    sweepAt(31);
    peer.bytesRead += 1;
    sweepAt(42);
    expect(peer.terminated).toBe(false);
    sweepAt(62);
    expect(peer.pings).toBe(2);
  });

  test('spreads the pings of connections that came at one moment', () => {
    const peers = Array.from({ length: 100 }, () => new Peer());
    for (const each of peers) liveness.watch(each);
    const due = peers.map((each) => each.pingDueAtMs);
    expect(Math.min(...due)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...due)).toBeLessThanOrEqual(30_000);
    expect(new Set(due).size).toBeGreaterThan(50);
  });

  test('lets go of a connection that has left', () => {
    liveness.forget(peer);
    sweepAt(100);
    expect(peer.pings).toBe(0);
  });
});
