export { Caller, type HubCaller, HubGuard } from './access/hub.guard.js';
export {
  type Admitted,
  type ConnectRequest,
  HubAuthorizer,
  OpenAuthorizer,
  type Refused,
  type TokenRequest,
  type Verdict,
} from './access/hub-authorizer.js';
export type { AuthOptions } from './auth/auth-options.js';
export { TokenAuthorizer } from './auth/token-authorizer.js';
export {
  type BadToken,
  type GoodToken,
  type TokenContext,
  TokenVerifier,
  type Verified,
} from './auth/token-verifier.js';
export {
  type HubLeave,
  type HubPeer,
  OnHubJoin,
  OnHubLeave,
  OnHubMessage,
  type StoredMessage,
} from './handlers/decorators.js';
export { HubApiError } from './hub.api-checks.js';
export { HubModule, type HubModuleExtras } from './hub.module.js';
export type { HubModuleOptions } from './hub.options.js';
export { type HubConnections, HubService, type Published, type RevocationRequest } from './hub.service.js';
export { HubLogger, type LogFields } from './logger/hub-logger.js';
export type { Exposition } from './telemetry/exposition.js';
export { HubMetrics } from './telemetry/hub-metrics.js';
