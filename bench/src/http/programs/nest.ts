// The routes of bare.ts in a Nest application on Fastify: the cost of Nest itself, with a guard that accepts every
// request.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Body, type CanActivate, Controller, HttpCode, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

interface Item {
  readonly content: string;
}

const epoch = randomBytes(16).toString('hex');
let stored = 0;

function answer({ content }: Item) {
  return { id: `${epoch}-${++stored}`, duplicate: content === '' };
}

class OpenGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Controller('v1')
@UseGuards(OpenGuard)
class MessagesController {
  @Post('channels/:channel/messages')
  @HttpCode(200)
  async publish(@Body() body: Item) {
    return answer(body);
  }

  @Post('messages')
  @HttpCode(200)
  async batch(@Body() body: Item[]) {
    return { results: body.map(answer) };
  }
}

@Module({ controllers: [MessagesController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: ['error'],
});
await app.listen(0, '127.0.0.1');
console.log(`listening ${(app.getHttpServer().address() as AddressInfo).port}`);
