// The hub in a Nest application on Fastify, with HTTP.
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { HubModule } from '@ws-hub/nestjs';

@Module({
  imports: [
    HubModule.forRoot({
      http: true,
      apiKeysFile: process.env.API_KEYS_FILE ?? '',
      maxMessageRate: 0,
      maxByteRate: 0,
    }),
  ],
})
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error'],
});
await app.listen(0, '127.0.0.1');
console.log(`listening ${(app.getHttpServer().address() as AddressInfo).port}`);
