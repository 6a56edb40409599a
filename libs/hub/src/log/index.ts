export {
  eventsOf,
  type LogEnvironment,
  type LogEvents,
  type LogFactory,
  LogStartError,
  type LogStore,
} from './environment.js';
export { Fifo } from './fifo.js';
export { HistoryError, type HistoryPage, type HistoryRequest, readHistory } from './history.js';
export { HistorySeats } from './history-seats.js';
export { KEY_LIFE_MS } from './keys.js';
export {
  type Candidate,
  checkLedgerEntry,
  type Lead,
  Ledger,
  LedgerError,
  MAX_LEDGER_ENTRIES,
  MAX_LEDGER_KEY_BYTES,
  MAX_LEDGER_VALUE_BYTES,
} from './ledger.js';
export { memoryLog } from './memory.log.js';
export {
  type Draft,
  type Entry,
  type Located,
  type LogListener,
  MessageLog,
  type Outcome,
} from './message-log.js';
export {
  checkNotice,
  MAX_NOTICE_BYTES,
  MAX_NOTICE_KEEP_MS,
  MAX_NOTICES,
  type Notice,
  NoticeError,
} from './notice.js';
export {
  DEFAULT_MAX_PAYLOAD,
  LOG_DEFAULTS,
  LOG_LIMITS,
  type MemoryLogOptions,
  type RetentionLimits,
  withDefaults,
} from './options.js';
export {
  BEGINNING,
  END,
  formatPosition,
  type ParsedPosition,
  type Position,
  parsePosition,
  placeBefore,
  positionAt,
  readPosition,
} from './position.js';
export { readSegment, SEGMENT_PLACES, segmentAfter, segmentOf, segmentStart } from './segment.js';
export { bytesOf } from './size.js';
