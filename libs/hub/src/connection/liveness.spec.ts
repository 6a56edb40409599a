import { beforeEach, describe, expect, test } from '@jest/globals';
import { HubCounters, HubEvents } from '../events.js';
import { Guard } from '../guard.js';
import { HUB_DEFAULTS } from '../hub-options.js';
import { TestClock } from '../testing/test-clock.js';
import { Liveness, type Pinged } from './liveness.js';

class Peer implements Pinged {
  bytesRead = 0;
  takenBytes = 0;
  isPaused = false;
  answersProbes = true;
  pings = 0;
  terminated = false;
  closedWith: number | undefined;
  close(code: number): void {
    this.closedWith = code;
  }
  probe(): void {
    this.pings++;
  }
  terminate(): void {
    this.terminated = true;
  }
}

describe('the ping sweep', () => {
  let clock: TestClock;
  let counters: HubCounters;
  let liveness: Liveness;
  let peer: Peer;
  beforeEach(() => {
    clock = new TestClock();
    counters = new HubCounters();
    const events = new HubEvents();
    liveness = new Liveness(HUB_DEFAULTS, clock, counters, events, new Guard(events));
    peer = new Peer();
    liveness.watch(peer);
  });

  function sweepAt(seconds: number): void {
    clock.nowMs = seconds * 1000;
    liveness.sweep();
  }

  test('ends a peer for which it fails, and continues with the next', () => {
    const next = new Peer();
    liveness.watch(next);
    peer.probe = () => {
      throw new TypeError('a bug');
    };
    for (const seconds of [31, 32]) sweepAt(seconds);
    expect([peer.closedWith, next.pings, next.closedWith]).toEqual([1011, 1, undefined]);
  });

  test('considers a peer alive whose kernel accepts what waited for it, and not one that accepts nothing', () => {
    sweepAt(31);
    for (let second = 32; second <= 60; second++) {
      peer.takenBytes += 1_000;
      sweepAt(second);
    }
    expect(peer.terminated).toBe(false);
    sweepAt(70);
    // What its own ping adds to the queue is not a sign of life.
    peer.takenBytes -= 2;
    for (const second of [71, 81, 101, 112]) sweepAt(second);
    expect(peer.terminated).toBe(true);
  });

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

  test('accepts any byte as an answer, and pings again later', () => {
    sweepAt(31);
    peer.bytesRead += 1;
    sweepAt(42);
    expect(peer.terminated).toBe(false);
    sweepAt(62);
    expect(peer.pings).toBe(2);
  });

  test('does not judge a connection that is paused, and keeps pinging it', () => {
    peer.isPaused = true;
    for (const second of [31, 62, 93]) sweepAt(second);
    expect([peer.pings, peer.terminated]).toEqual([3, false]);
    peer.isPaused = false;
    sweepAt(102.9);
    expect(peer.terminated).toBe(false);
    sweepAt(103);
    expect(peer.terminated).toBe(true);
  });

  test('is not moved by a jump of the wall clock', () => {
    clock.wallSeconds += 3_600;
    sweepAt(1);
    expect([peer.pings, peer.terminated]).toEqual([0, false]);
  });

  test('counts the bytes that came', () => {
    peer.bytesRead = 70;
    sweepAt(1);
    peer.bytesRead = 100;
    liveness.forget(peer);
    expect(counters.receivedBytes).toBe(100);
  });

  test('spreads the pings of connections that came at one moment', () => {
    const peers = Array.from({ length: 100 }, () => new Peer());
    for (const each of peers) liveness.watch(each);
    const asked = () => peers.filter(({ pings }) => pings > 0).length;
    sweepAt(19.9);
    expect(asked()).toBe(0);
    sweepAt(25);
    expect(asked()).toBeGreaterThan(10);
    expect(asked()).toBeLessThan(90);
    sweepAt(30.1);
    expect(asked()).toBe(100);
  });

  test('does not wait for an answer of a peer that cannot answer', () => {
    peer.answersProbes = false;
    sweepAt(30.1);
    sweepAt(100);
    expect(peer.pings).toBeGreaterThan(1);
    expect(peer.terminated).toBe(false);
  });

  test('forgets a connection that has left', () => {
    liveness.forget(peer);
    sweepAt(100);
    expect(peer.pings).toBe(0);
  });
});
