// For the tests of this repository; not part of the published package.
export { messageLogContract } from '../log/message-log.contract.js';
export { testEnvironment } from '../log/test-environment.js';
export { TestClock } from '../time/test-clock.js';
export { ArrayTransport } from './array-transport.js';
