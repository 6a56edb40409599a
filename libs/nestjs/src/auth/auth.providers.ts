import type { Provider } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { type AuthConfig, authConflict } from './auth-conflicts.js';
import { AuthLogger } from './auth-logger.js';
import { AUTH_OPTIONS } from './auth-options.js';
import { AuthWebhook } from './auth-webhook.js';
import { JwtVerifier } from './jwt-verifier.js';
import { TokenVerifier } from './token-verifier.js';

/** The providers that `TokenAuthorizer` injects. */
export const authProviders: readonly Provider[] = [
  { provide: AUTH_OPTIONS, useExisting: GATEWAY_OPTIONS },
  AuthLogger,
  { provide: TokenVerifier, inject: [AUTH_OPTIONS, Clock, AuthLogger], useFactory: verifierOf },
];

/**
 * The webhook if one is configured, otherwise the keys.
 *
 * @throws Error if tokens are required and neither is configured
 */
function verifierOf(options: AuthConfig, clock: Clock, logger: AuthLogger): TokenVerifier {
  const conflict = authConflict(options);
  if (conflict !== undefined) throw new Error(`HubModule: ${conflict}`);
  if (options.authWebhookUrl === '') return new JwtVerifier(options, clock, logger);
  return new AuthWebhook(options, clock, (reason) => logger.webhookFailed(reason));
}
