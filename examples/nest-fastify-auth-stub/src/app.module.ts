import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { HubModule } from '@ws-hub/nestjs';
import { HubController } from './hub.controller.js';
import { TokenAuthorizer } from './token.authorizer.js';
import { TokensModule } from './tokens.js';

const hub = HubModule.forRootAsync({
  // Beside the factory: the module makes the authorizer itself, of what the modules in `imports` export.
  authorizer: TokenAuthorizer,
  imports: [TokensModule],
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({
    // Addresses of clients come from X-Forwarded-For only behind these. What is undefined has its default.
    trustedProxies: config.get<string>('TRUSTED_PROXIES')?.split(','),
    authTimeoutMs: 2_000,
  }),
});

@Module({
  imports: [ConfigModule.forRoot({ isGlobal: true }), TokensModule, hub],
  controllers: [HubController],
})
export class AppModule {}
