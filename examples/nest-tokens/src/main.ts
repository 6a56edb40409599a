import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const app = await NestFactory.create(AppModule);
await app.listen(PORT, HOST);
console.log(`listening on ${await app.getUrl()}`);
