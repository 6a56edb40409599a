// For a server's configuration, and for programs that issue or verify tokens. Nothing here needs Nest.
export { ALLOW_LIST_RULE, isAllowList, parseAllow } from './allow-list.js';
export { type AuthConfig, authConflict, type NameOf } from './auth-conflicts.js';
export { AUTH_DEFAULTS, AUTH_LIMITS, AUTH_MODES, type AuthOptions } from './auth-options.js';
export { AuthWebhook } from './auth-webhook.js';
export { type Check, type Explanation, JwtVerifier } from './jwt-verifier.js';
export { PUBLIC_ALGORITHMS, SECRET_ALGORITHMS } from './public-keys.js';
export { type TokenContext, TokenVerifier, type Verified } from './token-verifier.js';
