export type { ChannelPage, History, HubInfo, Stored, StoredMessage } from './answers.js';
export { EventStreamParser, type StreamEvent } from './event-stream-parser.js';
export type { ByteStream, Fetch, FetchInit, FetchResponse, Signal } from './fetch.js';
export type { CredentialOptions } from './http-credentials.js';
export { HubHttpError, type HubHttpErrorDetails } from './http-error.js';
export {
  type Disconnect,
  type DisconnectTarget,
  HubHttpClient,
  type HubHttpClientOptions,
  type Revoke,
} from './hub-http-client.js';
export type { ListenEvent } from './listen-events.js';
export type { ListenOptions } from './listening.js';
export {
  type BatchMessage,
  type BatchOptions,
  type BatchResult,
  type HttpPublishOptions,
  MAX_BATCH,
  type TraceFunction,
} from './publishing.js';
export type { OnRetry } from './requests.js';
export { DEFAULT_RETRIES, type RetryPolicy } from './retries.js';
