import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { AppModule } from './app.module.js';

const { PORT = '3000', HOST = '127.0.0.1' } = process.env;

const app = await NestFactory.create(AppModule);
// For ChatGateway alone: the hub needs no adapter.
app.useWebSocketAdapter(new WsAdapter(app));
// Without hooks a signal ends the process at once, and the clients of the hub are cut off. With them they are told to reconnect.
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(PORT, HOST);
console.log(`listening on ${await app.getUrl()}`);
