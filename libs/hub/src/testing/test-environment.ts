import type { LogEnvironment, LogEvents } from '../log/environment.js';
import type { Clock } from '../time/clock.js';
import { TestClock } from './test-clock.js';

/** What a log in a test runs in. @param events of which the test wants to hear */
export function testEnvironment(
  clock: Clock = new TestClock(),
  events: Partial<LogEvents> = {},
): LogEnvironment {
  return { clock, events };
}
