export { CHANNEL_NAME, CHANNEL_RULE, DEFAULT_CHANNEL, isChannelName } from './channel.js';
export { CHANNEL_PATTERN_RULE, isChannelPattern, ONE_SEGMENT, REST } from './channel-pattern.js';
export { CLOSE, CLOSE_CODES, type CloseCode, closeMeansStop } from './close-codes.js';
export { type Envelope, envelope, envelopePrefix, parseEnvelope } from './envelope.js';
export {
  ACCESS_TOKEN_PARAMETER,
  CHANNEL_PARAMETER,
  CLIENT_ID_HEADER,
  HUB_PATH,
  httpStatusMeansStop,
  isToken,
  MAX_TOKEN_BYTES,
  TOKEN_PROTOCOL_PREFIX,
  TOKEN_RULE,
} from './handshake.js';
export { readReconnectAdvice, reconnectAdvice } from './reconnect-advice.js';
export { ACTIONS, type Action, isUser, MAX_RIGHTS, type Right, USER_RULE } from './rights.js';
export {
  EVENT_STREAM,
  LAST_EVENT_ID_HEADER,
  SINCE_PARAMETER,
  type StreamEnd,
  type StreamEvent,
  type StreamPosition,
  type StreamWelcome,
} from './sse.js';
export {
  MAX_TRACE_LENGTH,
  readTraceparent,
  TRACE_HEADER,
  TRACE_RULE,
  type TraceParent,
  traceparentOf,
} from './trace-context.js';
export {
  type Ack,
  type Auth,
  type Authorized,
  type ClientMessage,
  ERROR_CODES,
  type ErrorCode,
  type ErrorMessage,
  type Hello,
  HUB_V1,
  type HubMessage,
  KEY,
  KEY_RULE,
  type Message,
  type Position,
  type PositionMessage,
  type Publish,
  type Pulse,
  type Subscribe,
  type Subscribed,
  type Welcome,
} from './v1.js';
