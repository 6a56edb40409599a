// For the tests of this repository; not part of the published package.

export { ArrayTransport } from './array-transport.js';
export { type LedgerBench, ledgerContract } from './ledger.contract.js';
export { LedgerCandidate } from './ledger-candidate.js';
export { messageLogContract } from './message-log.contract.js';
export { NoticeEar } from './notice-ear.js';
export { TestClock } from './test-clock.js';
export { testEnvironment } from './test-environment.js';
