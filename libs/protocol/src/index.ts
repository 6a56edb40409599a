export { CHANNEL_RULE, DEFAULT_CHANNEL, isChannelName } from './channel.js';
export { CLOSE, CLOSE_CODES, type CloseCode, closeMeansStop } from './close-codes.js';
export { type Envelope, envelope, envelopePrefix, parseEnvelope } from './envelope.js';
export { CHANNEL_PARAMETER, CLIENT_ID_HEADER, HUB_PATH, httpStatusMeansStop } from './handshake.js';
export { readReconnectAdvice, reconnectAdvice } from './reconnect-advice.js';
