// A broadcast hub as a NestJS gateway on the stock WsAdapter, with the same loop as ws.js. It is written in
// plain JavaScript, so the decorators are applied by hand; they do what `@WebSocketGateway()` etc. do.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import { WebSocket } from 'ws';

/** @typedef {WebSocket & { clientId: string }} Client */

class BroadcastGateway {
  /** @type {{ clients: Set<Client> } | undefined} */
  server;

  /** @param {Client} client */
  handleConnection(client) {
    client.clientId = randomBytes(16).toString('base64url');
    client.on('error', (error) => console.error(error.message));
  }

  /**
   * @param {Client} sender
   * @param {string} content
   */
  onMessage(sender, content) {
    const timestamp = Math.floor(Date.now() / 1000);
    const text = JSON.stringify({ client_id: sender.clientId, timestamp, content });
    for (const client of this.server?.clients ?? []) {
      if (client !== sender && client.readyState === WebSocket.OPEN) client.send(text);
    }
  }
}
WebSocketGateway({ path: '/ws', perMessageDeflate: false })(BroadcastGateway);
WebSocketServer()(BroadcastGateway.prototype, 'server');
SubscribeMessage('message')(
  BroadcastGateway.prototype,
  'onMessage',
  /** @type {PropertyDescriptor} */ (
    Object.getOwnPropertyDescriptor(BroadcastGateway.prototype, 'onMessage')
  ),
);

class AppModule {}
Module({ providers: [BroadcastGateway] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error'] });
app.useWebSocketAdapter(
  // Any text is a message; the adapter's default would want {"event","data"}.
  new WsAdapter(app, { messageParser: (data) => ({ event: 'message', data: data.toString() }) }),
);
await app.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
console.log(`listening ${app.getHttpServer().address().port}`);
