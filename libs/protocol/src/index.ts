export { CHANNEL_NAME, CHANNEL_RULE, DEFAULT_CHANNEL, isChannelName } from './channel.js';
export { CLOSE, CLOSE_CODES, type CloseCode, closeMeansStop } from './close-codes.js';
export { type Envelope, envelope, envelopePrefix, parseEnvelope } from './envelope.js';
export { CHANNEL_PARAMETER, CLIENT_ID_HEADER, HUB_PATH, httpStatusMeansStop } from './handshake.js';
export { readReconnectAdvice, reconnectAdvice } from './reconnect-advice.js';
export {
  type Ack,
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
