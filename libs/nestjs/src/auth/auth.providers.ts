import type { Provider } from '@nestjs/common';
import { Clock } from '@ws-hub/hub';
import { GATEWAY_OPTIONS } from '../gateway/gateway-options.js';
import { AuthLogger } from './auth-logger.js';
import { AUTH_OPTIONS, type AuthOptions } from './auth-options.js';
import { AuthWebhook } from './auth-webhook.js';
import { JwtVerifier } from './jwt-verifier.js';
import { TokenVerifier } from './token-verifier.js';

/** What `TokenAuthorizer` injects. */
export const authProviders: readonly Provider[] = [
  { provide: AUTH_OPTIONS, useExisting: GATEWAY_OPTIONS },
  AuthLogger,
  { provide: TokenVerifier, inject: [AUTH_OPTIONS, Clock, AuthLogger], useFactory: verifierOf },
];

/** The webhook if there is one, else keys; with neither, no token is accepted. */
function verifierOf(options: AuthOptions, clock: Clock, logger: AuthLogger): TokenVerifier {
  if (options.authWebhookUrl === '') return new JwtVerifier(options, clock, logger);
  return new AuthWebhook(options, clock, (reason) => logger.webhookFailed(reason));
}
