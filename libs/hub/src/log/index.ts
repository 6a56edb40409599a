export {
  type LogEnvironment,
  type LogEvents,
  type LogFactory,
  LogStartError,
  type LogStore,
} from './environment.js';
export { KEY_LIFE_MS } from './keys.js';
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
  DEFAULT_MAX_PAYLOAD,
  LOG_DEFAULTS,
  type MemoryLogOptions,
  type RetentionLimits,
  withDefaults,
} from './options.js';
export { formatPosition, type ParsedPosition, parsePosition } from './position.js';
export { bytesOf } from './size.js';
