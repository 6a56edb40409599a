import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  type FactoryProvider,
  Module,
  type Provider,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Clock, Guard, MessageLog, SystemClock, WorkBudget } from '@ws-hub/hub';
import { HubAuthorizer } from './access/hub-authorizer.js';
import { authProviders } from './auth/auth.providers.js';
import { TokenAuthorizer } from './auth/token-authorizer.js';
import { TokenVerifier } from './auth/token-verifier.js';
import { Authorization } from './gateway/authorization.js';
import { Caps } from './gateway/caps.js';
import { Doorkeeper } from './gateway/doorkeeper.js';
import { GATEWAY_OPTIONS, type GatewayOptions } from './gateway/gateway-options.js';
import { PlainDialect } from './gateway/plain.dialect.js';
import { RefusalCounter } from './gateway/refusal-counter.js';
import { RefusalLog } from './gateway/refusal-log.js';
import { Sessions } from './gateway/sessions.js';
import { HubSocketServer } from './gateway/upgrade.js';
import { V1Dialect } from './gateway/v1.dialect.js';
import { WsGateway } from './gateway/ws.gateway.js';
import { HandlerExplorer } from './handlers/handler-explorer.js';
import { HANDLER_OPTIONS } from './handlers/handler-options.js';
import { httpControllers, httpFallback, httpProviders } from './http/http.providers.js';
import { HttpCallers } from './http/http-callers.js';
import { HttpGate } from './http/http-gate.js';
import { HttpRates } from './http/http-rates.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ATTACH, HubLifecycle } from './hub.lifecycle.js';
import { type HubModuleOptions, type ResolvedOptions, resolveOptions } from './hub.options.js';
import { hubProviders } from './hub.providers.js';
import { HubService } from './hub.service.js';
import { ApiKeys } from './keys/api-keys.js';
import { HubLogger } from './logger/hub-logger.js';
import { NestHubLogger } from './nest-hub-logger.js';
import { AccessLogger } from './telemetry/access-logger.js';
import { EngineLogger } from './telemetry/engine-logger.js';
import { EventLogger } from './telemetry/event-logger.js';
import { HubMetrics } from './telemetry/hub-metrics.js';
import { webhookProvider } from './webhooks/webhook.providers.js';

/** What is passed next to the options: it is needed before a factory returns them. */
export interface HubModuleExtras {
  /** Whether the module is global. */
  readonly isGlobal?: boolean;
  /**
   * Decides which clients may connect. By default tokens decide, as the options say; without options every client may
   * connect. Instantiated by this module: its dependencies come from `imports`.
   */
  readonly authorizer?: Type<HubAuthorizer>;
  /** Verifies tokens for the default authorizer. By default the keys or the webhook of the options do. */
  readonly verifier?: Type<TokenVerifier>;
  /** The hub's logger. By default Nest's own. */
  readonly logger?: Type<HubLogger>;
  /** Modules that export the dependencies of `authorizer`, `verifier` and `logger`. */
  readonly imports?: DynamicModule['imports'];
  /** Whether the HTTP API is served, below `/v1` (docs/openapi.yaml). */
  readonly http?: boolean;
  /** `false` for a server whose upgrades the application passes on itself, with `HubSocketServer.upgrade`. */
  readonly attach?: boolean;
}

const EXTRAS: Required<Omit<HubModuleExtras, 'verifier'>> = {
  isGlobal: false,
  authorizer: TokenAuthorizer,
  logger: NestHubLogger,
  imports: [],
  attach: true,
  http: false,
};

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<HubModuleOptions>({
    moduleName: 'Hub',
  })
    .setClassMethodName('forRoot')
    .setExtras<HubModuleExtras>(EXTRAS, withExtras)
    .build();

function withExtras(definition: DynamicModule, extras: HubModuleExtras): DynamicModule {
  const { isGlobal, authorizer, verifier, logger, imports, attach, http } = { ...EXTRAS, ...extras };
  const providers: Provider[] = [
    { provide: HubAuthorizer, useClass: authorizer },
    { provide: HubLogger, useClass: logger },
    { provide: ATTACH, useValue: attach },
    ...(http ? httpFallback : []),
  ];
  // Last, so that it overrides the one that the options choose.
  if (verifier !== undefined) providers.push({ provide: TokenVerifier, useClass: verifier });
  return {
    ...definition,
    global: isGlobal,
    controllers: http ? [...httpControllers] : [],
    imports: [...(definition.imports ?? []), ...(imports ?? [])],
    providers: [...(definition.providers ?? []), ...providers],
  };
}

const options: FactoryProvider<ResolvedOptions> = {
  provide: GATEWAY_OPTIONS,
  inject: [MODULE_OPTIONS_TOKEN],
  useFactory: resolveOptions,
};

const caps: FactoryProvider<Caps> = {
  provide: Caps,
  inject: [GATEWAY_OPTIONS],
  useFactory: (resolved: GatewayOptions) => new Caps(resolved),
};

/** What a dedicated server needs besides the hub. */
const EXPORTS = [
  ApiKeys,
  Authorization,
  Caps,
  Clock,
  GATEWAY_OPTIONS,
  Guard,
  HttpCallers,
  HttpGate,
  HttpRates,
  HubAuthorizer,
  HubLogger,
  HubMetrics,
  HubService,
  HubSocketServer,
  MessageLog,
  ProblemFilter,
  RefusalCounter,
  TokenVerifier,
  WorkBudget,
];

/** The hub in any Nest application: with `HubModule.forRoot()` any WebSocket client can connect to `/ws`. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    options,
    caps,
    { provide: Clock, useClass: SystemClock },
    HubMetrics,
    AccessLogger,
    EventLogger,
    EngineLogger,
    ...hubProviders,
    ...authProviders,
    ...httpProviders,
    HubService,
    RefusalLog,
    RefusalCounter,
    Doorkeeper,
    Authorization,
    HubSocketServer,
    Sessions,
    PlainDialect,
    V1Dialect,
    WsGateway,
    { provide: HANDLER_OPTIONS, useExisting: GATEWAY_OPTIONS },
    HandlerExplorer,
    webhookProvider,
    HubLifecycle,
  ],
  exports: EXPORTS,
})
export class HubModule extends ConfigurableModuleClass {
  /** @throws Error at the application's start if an option is not allowed */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    // biome-ignore lint/complexity/noThisInStatic: what it makes is a module of this class, not of its base
    return super.forRoot(options);
  }
}
