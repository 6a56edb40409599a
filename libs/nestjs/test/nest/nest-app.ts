import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type DynamicModule,
  type INestApplication,
  Module,
  type NestApplicationOptions,
  type Provider,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export interface AppParts {
  readonly imports?: (DynamicModule | Type)[];
  readonly controllers?: Type[];
  readonly providers?: Provider[];
}

/** Nest's platforms; each test of the module runs on both. */
export const PLATFORMS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const;

export type Adapter = ReturnType<(typeof PLATFORMS)[number][1]>;

@Module({})
class RootModule {}

/** An application that logs nothing and does not listen yet. */
export function createApp(
  adapter: Adapter,
  parts: AppParts,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  return NestFactory.create({ module: RootModule, ...parts }, adapter, {
    logger: false,
    abortOnError: false,
    ...options,
  });
}

/** Its port on loopback. */
export async function listenOn(app: INestApplication): Promise<number> {
  await app.listen(0, '127.0.0.1');
  return ((app.getHttpServer() as Server).address() as AddressInfo).port;
}
