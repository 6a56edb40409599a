import type { LogEnvironment, LogEvents } from '../log/environment.js';
import type { Clock } from '../time/clock.js';
import { TestClock } from './test-clock.js';

/** The environment of a log in a test. @param events that the test listens to */
export function testEnvironment(
  clock: Clock = new TestClock(),
  events: Partial<LogEvents> = {},
): LogEnvironment {
  return { clock, events };
}
