export { Access, type AccessTerms, NO_ACCESS } from './access/access.js';
export type { AccessProblem } from './access/access-control.js';
export { Grants, SharedGrants } from './access/grants.js';
export type { Revocation } from './access/revocations.js';
export { Account } from './backpressure/account.js';
export { type Lane, WorkBudget } from './backpressure/work-budget.js';
export type { Worker } from './backpressure/work-queue.js';
export { Connection, type Member, type PauseReason, type Receiver } from './connection/connection.js';
export type { Disconnection } from './connection/disconnects.js';
export type { Transport } from './connection/transport.js';
export type { EncodedEntry } from './encoding/encoded-entry.js';
export type { Encoder } from './encoding/encoder.js';
export { plainEncoder } from './encoding/plain.encoder.js';
export { v1Encoder, v1Frame } from './encoding/v1.encoder.js';
export {
  type Departure,
  type Flush,
  HubCounters,
  HubEvents,
  type HubObserver,
  type SlowReason,
  type Violation,
} from './events.js';
export { FATES, type Fate, type Said, type Verdict } from './explain/fate.js';
export { Fates, MAX_FATES, type ToldFate } from './explain/fates.js';
export { ExplainError, findMessage } from './explain/find-message.js';
export { type Recorded, Recorder } from './explain/recorder.js';
export { Guard } from './guard.js';
export { Hub } from './hub.js';
export { HUB_DEFAULTS, HUB_LIMITS, type HubOptions } from './hub-options.js';
export { type HeardChannel, Inspection } from './inspection/inspection.js';
export { bytes, count, type Limit, MAX_COUNT, milliseconds, presetsOf } from './limits.js';
export {
  BEGINNING,
  bytesOf,
  type Candidate,
  checkLedgerEntry,
  checkNotice,
  DEFAULT_MAX_PAYLOAD,
  type Draft,
  type Entry,
  eventsOf,
  Fifo,
  formatPosition,
  HistoryError,
  type HistoryPage,
  type HistoryRequest,
  HistorySeats,
  KEY_LIFE_MS,
  type Lead,
  Ledger,
  LedgerError,
  LOG_DEFAULTS,
  LOG_LIMITS,
  type Located,
  type LogEnvironment,
  type LogEvents,
  type LogFactory,
  type LogListener,
  LogStartError,
  type LogStore,
  MAX_LEDGER_ENTRIES,
  MAX_LEDGER_KEY_BYTES,
  MAX_LEDGER_VALUE_BYTES,
  MAX_NOTICE_BYTES,
  MAX_NOTICE_KEEP_MS,
  MAX_NOTICES,
  type MemoryLogOptions,
  MessageLog,
  memoryLog,
  type Notice,
  NoticeError,
  type Outcome,
  type ParsedPosition,
  type Position,
  parsePosition,
  placeBefore,
  positionAt,
  type RetentionLimits,
  withDefaults,
} from './log/index.js';
export type { Inquiries, Reply } from './notices/inquiries.js';
export type { PublishOutcome, PublishRequest } from './publishing/publish-request.js';
export { type Publisher, Speaker } from './publishing/speaker.js';
export type { Greeting, JoinRequest } from './subscriptions/joining.js';
export type { SubscribeOutcome } from './subscriptions/subscribe-outcome.js';
export { Clock, SystemClock } from './time/clock.js';
export type { DeliverySpan, HubTracer, PublishSpan, TracedEntry } from './tracing/hub-tracer.js';
