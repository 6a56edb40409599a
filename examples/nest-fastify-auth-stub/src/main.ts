import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const app = await NestFactory.create(AppModule, new FastifyAdapter());
// Without hooks a signal ends the process at once, and the clients of the hub are cut off. With them they are told to reconnect.
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(PORT, HOST);
console.log(`listening on ${await app.getUrl()}`);
